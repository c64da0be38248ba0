import { expect, test } from "vitest";
import { contacts, contactsCsv, HEADER } from "./contacts.ts";

test("contacts: the same rows for the same count and seed", () => {
  expect(contactsCsv(300)).toBe(contactsCsv(300));
  expect(contactsCsv(300, 1)).not.toBe(contactsCsv(300, 2));
});

test("contacts: 21 cells a row, eight in a hundred near-duplicates by e-mail", () => {
  const rows = contacts(2000);
  expect(rows.every((row) => row.length === HEADER.length)).toBe(true);
  const emails = new Set(rows.map((row) => row[2]!.trim().toLowerCase()));
  expect(rows.length - emails.size).toBe(160);
});

test("contactsCsv: quotes what needs it and stays near 290 bytes a row", () => {
  const text = contactsCsv(2000);
  expect(text).toContain('"Asked for ""net 60"" terms"');
  expect(text).toContain('"Second line\nof a note"');
  const bytes = new TextEncoder().encode(text).length / 2000;
  expect(bytes).toBeGreaterThan(270);
  expect(bytes).toBeLessThan(310);
});
