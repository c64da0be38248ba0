// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Json } from "@gridfolk/core/field/behaviour";
import type { Field } from "@gridfolk/core/field/field";
import type { Distinct } from "@gridfolk/core/sheet/distinct";
import type { EditorDeps } from "../editor/editor.ts";
import { MOST_TICKS, ValueList } from "./value-list.tsx";

afterEach(cleanup);

const city: Field = { key: "city", name: "City", type: "text" };
const stage: Field = {
  key: "stage",
  name: "Stage",
  type: "choice",
  options: [{ name: "Lead" }, { name: "Won" }],
};

function counted(labels: readonly string[], rest: Partial<Distinct> = {}): Distinct {
  const values = labels.map((label, index) => ({ value: label, label, count: index + 1 }));
  return { values, blanks: 0, misfits: 0, isPartial: false, ...rest };
}

async function show(
  found: Distinct,
  options: { field?: Field; chosen?: readonly Json[]; query?: string; single?: boolean } = {},
) {
  const answer = Promise.resolve(found);
  const deps = {
    locale: () => ({ locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" }),
    names: { nameOf: () => undefined, idOf: () => undefined },
    people: () => [],
    valuesOf: () => answer,
  } as unknown as EditorDeps;
  const [chosen, setChosen] = createSignal<readonly Json[]>(options.chosen ?? []);
  const onChange = vi.fn((values: readonly Json[]) => void setChosen(values));
  render(() => (
    <ValueList
      field={options.field ?? city}
      deps={deps}
      among={[]}
      chosen={chosen()}
      query={options.query}
      single={options.single ?? false}
      onChange={onChange}
    />
  ));
  await answer;
  await Promise.resolve();
  return { chosen, onChange };
}

const boxes = () => screen.getAllByRole<HTMLInputElement>("checkbox");
const lines = () =>
  [...screen.getByRole("group").querySelectorAll("label")].map((line) => line.textContent?.trim());
const box = (label: RegExp) => screen.getByLabelText<HTMLInputElement>(label);

describe("the list of a column's values", () => {
  test("shows each with its rows, blanks first, and gives what is ticked", async () => {
    const { chosen } = await show(counted(["Aachen", "Berlin"], { blanks: 7 }));
    expect(lines()).toEqual(["(Blank)7", "Aachen1", "Berlin2"]);
    fireEvent.click(box(/Berlin/));
    fireEvent.click(box(/Blank/));
    expect(chosen()).toEqual(["Berlin", null]);
    fireEvent.click(box(/Berlin/));
    expect(chosen()).toEqual([null]);
  });

  test("“Select all” ticks what the search leaves, and says when some are ticked", async () => {
    const labels = Array.from({ length: 12 }, (_, index) => `Town ${index + 1}`);
    const { chosen } = await show(counted(labels));
    fireEvent.input(screen.getByRole("searchbox"), { target: { value: "tówn 1" } });
    expect(lines()).toEqual(["Town 11", "Town 1010", "Town 1111", "Town 1212"]);
    fireEvent.click(box(/Select all/));
    expect(chosen()).toEqual(["Town 1", "Town 10", "Town 11", "Town 12"]);
    fireEvent.click(box(/Town 10/));
    expect(box(/Select all/).indeterminate).toBe(true);
    fireEvent.click(box(/Select all/));
    fireEvent.click(box(/Select all/));
    expect(chosen()).toEqual([]);
  });

  test("lists the options of a choice that no row has, and what is ticked though no row has it", async () => {
    await show(counted(["Lead"]), { field: stage, chosen: ["Gone"] });
    expect(lines()).toEqual(["Lead1", "Won0", "Gone0"]);
    expect(box(/Gone/).checked).toBe(true);
  });

  test("ticks one at a time where one is asked for", async () => {
    const { chosen } = await show(counted(["a", "b"]), { single: true, chosen: ["a"] });
    expect(boxes()).toHaveLength(2);
    fireEvent.click(box(/b/));
    expect(chosen()).toEqual(["b"]);
  });

  test("says how many values it does not list, and what does not fit", async () => {
    const labels = Array.from({ length: 301 }, (_, index) => `Town ${index}`);
    await show(counted(labels, { misfits: 1 }));
    expect(screen.getByRole("status").textContent).toBe(
      "The first 300 of 301 are listed: type to find others. 1 more does not fit the column.",
    );
    expect(lines()).toHaveLength(300);
  });

  test("ticks no more values than a condition keeps, and says so", async () => {
    const labels = Array.from({ length: MOST_TICKS + 1 }, (_, index) => `Town ${index}`);
    const { chosen, onChange } = await show(counted(labels));
    fireEvent.click(box(/Select all/));
    expect(screen.getByRole("alert").textContent).toContain("More than 500 values");
    expect(box(/Select all/).checked).toBe(false);
    expect(onChange).not.toHaveBeenCalled();
    fireEvent.click(box(/^Town 78$/));
    expect(chosen()).toEqual(["Town 7"]);
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
