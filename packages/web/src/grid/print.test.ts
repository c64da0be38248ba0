// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import { printAs, type Printed } from "./print.ts";

const view: Printed = {
  title: "Deals",
  about: "Stage is Won",
  columns: [
    { name: "Name", end: false },
    { name: "Notes", end: false },
    { name: "Value", end: true },
  ],
  rows: [
    ["Roof <survey>", "", "$5,400.00"],
    ["Office move", "", ""],
  ],
  groups: [],
  of: 2,
};

let stop = () => {};
afterEach(() => stop());

const paper = () => document.querySelector<HTMLElement>("[data-print]");

test("a view is printed as a table of all its rows, without columns that are blank", () => {
  stop = printAs(() => view);
  window.dispatchEvent(new Event("beforeprint"));
  expect(paper()?.querySelector("h1")?.textContent).toBe("Deals");
  expect(paper()?.querySelector("p")?.textContent).toMatch(/^2 rows · Stage is Won · /);
  expect([...paper()!.querySelectorAll("th")].map((cell) => cell.textContent)).toEqual([
    "Name",
    "Value",
  ]);
  expect([...paper()!.querySelectorAll("td")].map((cell) => cell.textContent)).toEqual([
    "Roof <survey>",
    "$5,400.00",
    "Office move",
    "",
  ]);
  window.dispatchEvent(new Event("afterprint"));
  expect(paper()).toBeNull();
});

test("groups are printed as headings above their rows", () => {
  const groups = [
    { at: 0, level: 0, name: "Stage: Won (1)" },
    { at: 1, level: 0, name: "Stage: Lost (1)" },
  ];
  stop = printAs(() => ({ ...view, groups }));
  window.dispatchEvent(new Event("beforeprint"));
  expect([...paper()!.querySelectorAll("tbody tr")].map((row) => row.textContent)).toEqual([
    "Stage: Won (1)",
    "Roof <survey>$5,400.00",
    "Stage: Lost (1)",
    "Office move",
  ]);
});

test("a print that leaves rows out says so", () => {
  stop = printAs(() => ({ ...view, of: 9214 }));
  window.dispatchEvent(new Event("beforeprint"));
  expect(paper()?.querySelector("p")?.textContent).toMatch(/^The first 2 of 9,214 rows/);
});
