import type { Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import * as Workbook from "../ledger/workbook.ts";
import type { Read } from "./cells.ts";
import { matchingName, splitName } from "./name.ts";
import { cellText } from "./read/raw.ts";

/** Records of a linked sheet by name: those that are there, and those a file names for the first time. */
export interface LinkTargets {
  readonly sheet: string;
  /** Values of new records, in the order they occurred: by field key. */
  readonly added: { readonly [field: string]: string }[];
  /** Name of a record that `read` answered by its position among the new ones. */
  read(field: Field): Read;
}

/** Stands for the id of the n-th new record until ids are given: "+0", "+1" … */
export const NEW = "+";

/** `made`: ids of records that are made along with the import, by name. */
export function linkTargets(
  workbook: Workbook.Workbook,
  sheetKey: string,
  made: ReadonlyMap<string, string> = new Map(),
): LinkTargets {
  const table = Workbook.table(workbook, sheetKey);
  const title = table.sheet.title;
  const byName = new Map<string, string>(made);
  const columns = title.map((key) => table.columns.get(key) ?? []);
  for (const row of Workbook.rows(table)) {
    const name = columns
      .map((column) => column[row])
      .filter((cell): cell is string => typeof cell === "string")
      .join(" ");
    const key = matchingName(name);
    if (key !== "" && !byName.has(key)) byName.set(key, table.ids[row]!);
  }
  const added: { readonly [field: string]: string }[] = [];
  const known = new Map<string, string>();

  function idOf(text: string): string | undefined {
    const before = known.get(text);
    if (before !== undefined) return before;
    const name = text.replace(/\s+/g, " ").trim();
    const key = matchingName(name);
    if (key === "") return undefined;
    let id = byName.get(key);
    if (id === undefined) {
      id = `${NEW}${added.length}`;
      added.push(valuesOf(name));
      byName.set(key, id);
    }
    if (known.size < 50_000) known.set(text, id);
    return id;
  }

  function valuesOf(name: string): { readonly [field: string]: string } {
    const [first, last] = title;
    if (first === undefined) return {};
    if (last === undefined) return { [first]: name };
    const split = splitName(name);
    return split.last === ""
      ? { [first]: split.first }
      : { [first]: split.first, [last]: split.last };
  }

  return {
    sheet: sheetKey,
    added,
    read(field) {
      const cells = new Map<string, Cell>();
      return (cell) => {
        const text = cellText(cell);
        const before = cells.get(text);
        if (before !== undefined) return before;
        if (text.trim() === "") return undefined;
        const names = field.link?.multiple === true ? text.split(/[;\n|]|:::/) : [text];
        const ids = new Set<string>();
        for (const name of names) {
          const id = idOf(name);
          if (id !== undefined) ids.add(id);
        }
        const value: Cell = ids.size === 0 ? { invalid: text } : [...ids];
        if (cells.size < 50_000) cells.set(text, value);
        return value;
      };
    },
  };
}
