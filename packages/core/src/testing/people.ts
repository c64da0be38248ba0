import { columnsOf, type Given } from "../dedupe/columns.ts";
import type { Column } from "../dedupe/table.ts";
import { HEADER } from "./contacts.ts";

/** Six people, of whom the first two are one, and the third and the fifth may be. */
export const HANDFUL: readonly (readonly string[])[] = [
  ["Anna", "Müller", "anna.mueller@web.de", "0171 2345678"],
  ["Anna", "Mueller", "Anna.Mueller@web.de", "+49 171 2345678"],
  ["Bernd", "Schulz", "b.schulz@firma.de", "030 998877"],
  ["Clara", "Weber", "clara@weber.de", "040 112233"],
  ["Bernhard", "Schultz", "b.schulz@firma.de", "+49 30 998877"],
  ["Dora", "Klein", "dora@klein.de", "089 556677"],
];

/** Rows like those of `HANDFUL` as they are compared. */
export function columnsOfHandful(rows: readonly (readonly string[])[]): Column[] {
  return (["givenName", "familyName", "email", "phone"] as const).map((kind, at): Column => ({
    name: kind,
    kind,
    values: rows.map((row) => row[at] ?? ""),
  }));
}

const FIELDS: { readonly [header: string]: string } = {
  "First Name": "firstName",
  "Last Name": "lastName",
  Email: "email",
  Phone: "phone",
  Company: "company",
  City: "city",
};

/** Of a row of `contacts`, what tells people apart, in the order of `columnsOfPeople`. */
export function personOf(row: readonly string[]): string[] {
  return Object.keys(FIELDS).map((name) => row[HEADER.indexOf(name)] ?? "");
}

/** What `personOf` answers for many, as it is compared. */
export function columnsOfPeople(people: readonly (readonly string[])[]): Column[] {
  const given = Object.entries(FIELDS).map(([name, field], at): Given => ({
    name,
    field,
    values: people.map((row) => row[at] ?? ""),
  }));
  return columnsOf(given, "contact");
}
