import { expect, it } from "vitest";
import { OFFERED_PERIODS, periodOf, weekBegins } from "./period.ts";

const friday = "2026-11-27";

it.each([
  ["today", "2026-11-27", "2026-11-27"],
  ["yesterday", "2026-11-26", "2026-11-26"],
  ["tomorrow", "2026-11-28", "2026-11-28"],
  ["this week", "2026-11-23", "2026-11-29"],
  ["last week", "2026-11-16", "2026-11-22"],
  ["next week", "2026-11-30", "2026-12-06"],
  ["this month", "2026-11-01", "2026-11-30"],
  ["next month", "2026-12-01", "2026-12-31"],
  ["this quarter", "2026-10-01", "2026-12-31"],
  ["last quarter", "2026-07-01", "2026-09-30"],
  ["next quarter", "2027-01-01", "2027-03-31"],
  ["this year", "2026-01-01", "2026-12-31"],
  ["last 7 days", "2026-11-21", "2026-11-27"],
  ["next 7 days", "2026-11-28", "2026-12-04"],
  ["last 3 months", "2026-08-28", "2026-11-27"],
  ["next 1 year", "2026-11-28", "2027-11-27"],
  ["past", "0001-01-01", "2026-11-26"],
  ["future", "2026-11-28", "9999-12-31"],
])("%s", (words, from, to) => {
  expect(periodOf(words, friday, 1)).toEqual({ from, to });
});

it("begins weeks on Sunday where people do", () => {
  expect(periodOf("this week", friday, weekBegins("US"))).toEqual({
    from: "2026-11-22",
    to: "2026-11-28",
  });
  expect(weekBegins("DE")).toBe(1);
});

it("understands every period that is offered, and says so of others", () => {
  for (const words of OFFERED_PERIODS) expect(() => periodOf(words, friday, 1)).not.toThrow();
  for (const words of ["", "soon", "last 0 days", "last 99999 days"]) {
    expect(() => periodOf(words, friday, 1)).toThrow("is no period");
  }
});
