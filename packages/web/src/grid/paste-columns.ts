import type { Field, Locale, Sheet } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { describeColumns } from "@gridfolk/core/import/column";
import type { RawCell } from "@gridfolk/core/import/read/raw";
import { dataRows, findTable } from "@gridfolk/core/import/table";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { Block, BlockCell } from "./clipboard.ts";
import { nameProblem, newKey } from "./column/schema.ts";

/** Types that a column can have without anybody saying more about it. */
const plain = new Set(["text", "longText", "number", "currency", "percent", "date", "dateTime"]);

/** Fields for the columns of a block, each of the type that its values have. */
export function columnsFor(block: Block, sheet: Sheet, locale: Locale): Operation[] {
  const rows = block.map((line) => line.map(rawOf));
  const table = findTable(
    { sheet: null, encoding: null, delimiter: null, quote: null, rows, notes: [] },
    { headerRow: null },
  );
  const facts = describeColumns(table, dataRows(table), locale, registry);
  const width = block.reduce((most, line) => Math.max(most, line.length), 0);
  let known = sheet;
  return Array.from({ length: width }, (_, index): Operation => {
    const fact = facts.find(({ column }) => column.index === index);
    const type = fact === undefined || !isPlain(fact.type) ? "text" : fact.type;
    const name = freeName(known);
    const after: Field = {
      key: newKey(name, known),
      name,
      type,
      ...(type === "currency" ? { currency: fact?.currency ?? locale.currency } : {}),
    };
    known = { ...known, fields: [...known.fields, after] };
    return { op: "field", sheet: sheet.key, after };
  });
}

function isPlain(type: Field["type"]): boolean {
  return (
    plain.has(type) || type === "email" || type === "phone" || type === "url" || type === "checkbox"
  );
}

function freeName(sheet: Sheet): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? "New column" : `New column ${number}`;
    if (nameProblem(name, sheet) === undefined) return name;
  }
}

/** A told date says more than its text: it is written as everywhere. */
function rawOf(cell: BlockCell): RawCell {
  if (typeof cell === "string") return cell === "" ? null : cell;
  if (cell.as === "number") return cell.value;
  return cell.text;
}
