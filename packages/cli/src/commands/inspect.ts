import { isDomainError } from "@gridfolk/core/error";
import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import { type Inspection, inspect } from "@gridfolk/core/import/inspect";
import { readyMadeSheets } from "@gridfolk/core/sheet/templates";
import { options } from "../args.ts";
import * as LocalFile from "../file.ts";
import { count, print, printJson } from "../output.ts";
import { UsageError } from "../usage-error.ts";

/** Says what is in a file. Also 0 for a file that it explains but cannot read. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = options(args, {
    json: { type: "boolean" },
    rows: { type: "string" },
    locale: { type: "string" },
  });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1)
    throw new UsageError("Which file? gridfolk inspect FILE");
  const rows = values.rows === undefined ? undefined : Number(values.rows);
  if (rows !== undefined && !(Number.isInteger(rows) && rows >= 0))
    throw new UsageError("--rows takes a number.");
  const file = LocalFile.open(path);
  const result = await explain(file, values.locale ?? "en-US", rows);
  if (values.json) await printJson(result);
  else await print(inWords(result));
  return 0;
}

async function explain(
  file: LocalFile.LocalFile,
  language: string,
  rows: number | undefined,
): Promise<Inspection> {
  let locale: Intl.Locale;
  try {
    locale = new Intl.Locale(language);
  } catch {
    throw new UsageError(`“${language}” is not a locale such as en-US.`);
  }
  try {
    const [raw] = await Promise.all([LocalFile.read(file), loadPhones()]);
    return inspect(raw, {
      locale: {
        locale: locale.toString(),
        timeZone: "UTC",
        currency: "USD",
        country: locale.maximize().region ?? "US",
      },
      registry,
      sheets: readyMadeSheets(),
      ...(rows === undefined ? {} : { rows }),
    });
  } catch (error) {
    if (isDomainError(error, "unsupported-file") || isDomainError(error, "too-large")) {
      return { tables: [], refusedBecause: error.message };
    }
    throw error;
  }
}

function inWords({ tables, refusedBecause }: Inspection): string {
  if (refusedBecause !== undefined) return `${refusedBecause}\n`;
  return tables
    .map((table) => {
      const data = Math.max(0, table.lastDataRow - table.firstDataRow + 1);
      const head = [
        table.sheet === null ? undefined : `Worksheet ${table.sheet}`,
        table.headerRow === null ? "no header" : `header in row ${table.headerRow + 1}`,
        `${count(data, "row")} of data`,
        table.encoding ?? undefined,
        table.delimiter === null
          ? undefined
          : `separated by ${DELIMITERS[table.delimiter] ?? `“${table.delimiter}”`}`,
      ];
      const width = Math.min(32, Math.max(6, ...table.columns.map((column) => column.name.length)));
      const columns = table.columns.map(
        ({ name, type, dateOrder, mapsTo }) =>
          `  ${name.slice(0, width).padEnd(width)}  ${`${type}${dateOrder === null ? "" : ` (${dateOrder})`}`.padEnd(16)}  ${mapsTo ?? "new field"}`,
      );
      return `${head.filter((part) => part !== undefined).join(", ")}\n${columns.join("\n")}\n`;
    })
    .join("\n");
}

const DELIMITERS: { readonly [delimiter: string]: string } = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  " ": "spaces",
};
