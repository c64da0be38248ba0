import { expect, test } from "vitest";
import * as Month from "./month.ts";

test("a month's weeks begin on the locale's day and hold every day of the month", () => {
  const monday = Month.weeks("2026-11-22", 1);
  expect(monday[0]?.[0]).toBe("2026-10-26");
  expect(monday).toHaveLength(6);
  const sunday = Month.weeks("2026-11-22", 0).flat();
  expect(sunday[0]).toBe("2026-11-01");
  expect(sunday).toContain("2026-11-30");
});

test("a month later than the 31st is the month's last day", () => {
  expect(Month.addMonths("2026-01-31", 1)).toBe("2026-02-28");
  expect(Month.addMonths("2024-03-31", -1)).toBe("2024-02-29");
  expect(Month.addMonths("2026-12-15", 1)).toBe("2027-01-15");
});

test("days are added over the change to summer time", () => {
  expect(Month.addDays("2026-03-28", 2)).toBe("2026-03-30");
});

test("today is the day where the workspace is", () => {
  const lateEvening = Date.UTC(2026, 10, 22, 23, 30);
  expect(Month.today("UTC", lateEvening)).toBe("2026-11-22");
  expect(Month.today("Europe/Berlin", lateEvening)).toBe("2026-11-23");
});
