import { contacts, HEADER } from "@gridfolk/core/testing/contacts";

/** The rows of both pages: 21 columns of contacts and four more. */
export interface Rows {
  readonly columns: readonly { readonly key: string; readonly name: string }[];
  readonly rows: readonly (readonly string[])[];
}

const MORE = ["Visits", "Score", "Last Call", "Region"] as const;
const EMAIL = HEADER.indexOf("Email");
const REGIONS = ["North", "South", "East", "West", "Overseas"];

export function makeRows(count: number): Rows {
  const names = [...HEADER, ...MORE];
  return {
    columns: names.map((name) => ({ key: keyOf(name), name })),
    rows: contacts(count).map((row, at) => [
      // E-mails that repeat would be put together by the import.
      ...row.map((cell, column) => (column === EMAIL ? `n${at}.${cell.trim()}` : cell)),
      String((at * 7919) % 400),
      (((at * 104_729) % 10_000) / 100).toFixed(2),
      new Date(Date.UTC(2024, 0, 1 + ((at * 31) % 900))).toISOString().slice(0, 10),
      REGIONS[(at * 17) % REGIONS.length] ?? "",
    ]),
  };
}

export function toCsv({ columns, rows }: Rows): string {
  const line = (cells: readonly string[]) =>
    `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\r\n`;
  return [columns.map(({ name }) => name), ...rows].map(line).join("");
}

/** As the product makes keys of names. */
function keyOf(name: string): string {
  const [first = "", ...rest] = name.split(" ");
  return first.toLowerCase() + rest.join("");
}
