import { isDomainError } from "@gridfolk/core/error";
import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import type { Locale } from "@gridfolk/core/field/field";
import { findings } from "@gridfolk/core/import/health";
import {
  examine,
  type Examined,
  type InspectedTable,
  NO_TABLE,
} from "@gridfolk/core/import/inspect";
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
  const { examined, locale, ...refused } = await explain(file, values.locale ?? "en-US", rows);
  if (values.json) {
    await printJson({ tables: examined.map(({ inspected }) => inspected), ...refused });
  } else
    await print(
      refused.refusedBecause === undefined
        ? inWords(examined, locale)
        : `${refused.refusedBecause}\n`,
    );
  return 0;
}

interface Explanation {
  readonly examined: readonly Examined[];
  readonly locale: Locale;
  readonly refusedBecause?: string;
}

async function explain(
  file: LocalFile.LocalFile,
  language: string,
  rows: number | undefined,
): Promise<Explanation> {
  const locale = localeOf(language);
  try {
    const [raw] = await Promise.all([LocalFile.read(file), loadPhones()]);
    const examined = examine(raw, {
      locale,
      registry,
      sheets: readyMadeSheets(),
      ...(rows === undefined ? {} : { rows }),
    });
    return { examined, locale, ...(examined.length === 0 ? { refusedBecause: NO_TABLE } : {}) };
  } catch (error) {
    if (isDomainError(error, "unsupported-file") || isDomainError(error, "too-large")) {
      return { examined: [], locale, refusedBecause: error.message };
    }
    throw error;
  }
}

function localeOf(language: string): Locale {
  let locale: Intl.Locale;
  try {
    locale = new Intl.Locale(language);
  } catch {
    throw new UsageError(`“${language}” is not a locale such as en-US.`);
  }
  return {
    locale: locale.toString(),
    timeZone: "UTC",
    currency: "USD",
    country: locale.maximize().region ?? "US",
  };
}

/** What is in the file, and what is wrong with it. */
function inWords(examined: readonly Examined[], locale: Locale): string {
  return examined
    .map(({ table, facts, inspected }) => {
      const found = findings(table, facts, locale, registry).map(({ column, message }) =>
        column === undefined ? `  ${message}` : `  ${column}: ${message}`,
      );
      const health =
        found.length === 0 ? ["Nothing to mend was found."] : ["Worth a look:", ...found];
      return `${describe(inspected)}\n${table.reason}\n${health.join("\n")}\n`;
    })
    .join("\n");
}

function describe(table: InspectedTable): string {
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
  const columns = table.columns.map(({ name, type, dateOrder, mapsTo }) => {
    const order = ORDERS[dateOrder ?? ""] ?? "";
    const kind = `${registry[type].label}${order}`;
    return `  ${name.slice(0, width).padEnd(width)}  ${kind.padEnd(20)}  ${mapsTo === null ? "new field" : fieldName(mapsTo)}`;
  });
  return `${head.filter((part) => part !== undefined).join(", ")}\n${columns.join("\n")}`;
}

/** "Contacts: First name" for contacts.firstName. */
function fieldName(mapsTo: string): string {
  const [key, fieldKey] = mapsTo.split(".");
  const sheet = readyMadeSheets().find((one) => one.key === key);
  const field = sheet?.fields.find((one) => one.key === fieldKey);
  return sheet === undefined || field === undefined ? mapsTo : `${sheet.name}: ${field.name}`;
}

const ORDERS: { readonly [order: string]: string } = {
  dmy: " (day first)",
  mdy: " (month first)",
};

const DELIMITERS: { readonly [delimiter: string]: string } = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  " ": "spaces",
};
