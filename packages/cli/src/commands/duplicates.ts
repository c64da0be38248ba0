import type { Profile } from "@gridfolk/core/dedupe/columns";
import { type Duplicates, find } from "@gridfolk/core/dedupe/duplicates";
import { columnsOfFile } from "@gridfolk/core/dedupe/file";
import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import { findTable, type Table } from "@gridfolk/core/import/table";
import { cellText, type RawTable } from "@gridfolk/core/import/read/raw";
import * as Rows from "@gridfolk/core/import/read/rows";
import { readyMadeSheets } from "@gridfolk/core/sheet/templates";
import { options } from "../args.ts";
import * as LocalFile from "../file.ts";
import { count, print, say } from "../output.ts";
import { UsageError } from "../usage-error.ts";

const PROFILES = ["contact", "company", "deal", "generic"] as const;

/** Says which rows of a file are of one thing. Also 0 when there are none. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = options(args, {
    profile: { type: "string" },
    columns: { type: "string" },
    worksheet: { type: "string" },
    locale: { type: "string" },
    json: { type: "boolean" },
  });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1)
    throw new UsageError("Which file? gridfolk duplicates FILE");
  const profile = profileOf(values.profile);
  const locale = localeOf(values.locale ?? "en-US");
  const file = LocalFile.open(path);
  const [raw] = await Promise.all([LocalFile.read(file), loadPhones()]);
  const table = tableOf(LocalFile.chooseTable(raw, values.worksheet));
  const read = columnsOfFile(table, {
    locale,
    registry,
    sheets: readyMadeSheets(),
    ...(profile === undefined ? {} : { profile }),
    ...(values.columns === undefined ? {} : { only: namesIn(values.columns, table) }),
  });
  if ("missing" in read) {
    const known = table.columns.map(({ name }) => `“${name}”`).join(", ");
    throw new UsageError(
      `There is no column ${read.missing.map((name) => `“${name}”`).join(", ")}. The file has ${known}.`,
    );
  }
  const found = find(read.columns);
  if (values.json) await printFound(found);
  else {
    say(
      read.columns.length === 0
        ? "No column tells rows apart, so nothing can be compared."
        : `Compared as ${read.profile}: ${read.columns.map(({ name }) => name).join(", ")}.`,
    );
    await print(inWords(found, table));
  }
  return 0;
}

function profileOf(text: string | undefined): Profile | undefined {
  if (text === undefined) return undefined;
  const profile = PROFILES.find((one) => one === text);
  if (profile === undefined) throw new UsageError(`--profile is one of ${PROFILES.join(", ")}.`);
  return profile;
}

function localeOf(text: string) {
  try {
    const locale = new Intl.Locale(text);
    return {
      locale: locale.toString(),
      timeZone: "UTC",
      currency: "USD",
      country: locale.maximize().region ?? "US",
    };
  } catch {
    throw new UsageError(`“${text}” is not a locale such as en-US.`);
  }
}

/** Names with commas in them count as one where the file has such a column. */
function namesIn(text: string, { columns }: Table): string[] {
  const whole = columns.find(({ name }) => name === text.trim());
  if (whole !== undefined) return [whole.name];
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** The table with a header: a first row that could be one is taken for it, since rows are counted from there. */
function tableOf(raw: RawTable): Table {
  const table = findTable(raw);
  if (table.headerRows.length > 0 || table.columns.length === 0) return table;
  const first = Rows.at(raw.rows, 0).map((cell) => cellText(cell).trim());
  const isName = (text: string): boolean => /\p{L}/u.test(text) && !text.includes("@");
  const named = first.filter((text) => text !== "");
  return named.length > 0 && named.every(isName) && new Set(named).size === named.length
    ? findTable(raw, { headerRow: 0 })
    : table;
}

/** In portions: pairs of a large file are more text than one string should hold. */
async function printFound({ pairs, clusters, explain }: Duplicates): Promise<void> {
  const PORTION = 2000;
  await print('{"pairs":[');
  for (let at = 0; at < pairs.length; at += PORTION) {
    const portion = pairs.slice(at, at + PORTION).map(({ a, b, probability }) =>
      JSON.stringify({
        a,
        b,
        probability: Math.round(probability * 1e4) / 1e4,
        reasons: explain(a, b),
      }),
    );
    await print(`${at === 0 ? "" : ","}${portion.join(",")}`);
  }
  await print(`],"clusters":${JSON.stringify(clusters.map((rows) => ({ rows })))}}\n`);
}

const MOST_SHOWN = 50;
const MOST_ROWS = 8;

function inWords({ pairs, clusters, explain, threshold }: Duplicates, table: Table): string {
  const rows = clusters.reduce((sum, one) => sum + one.length, 0);
  if (clusters.length === 0) return "No duplicates found.\n";
  const likely = new Map(pairs.map(({ a, b, probability }) => [`${a} ${b}`, probability]));
  const first = (table.headerRows.at(-1) ?? -1) + 1;
  const textOf = (row: number): string =>
    table.columns
      .map(({ index }) =>
        cellText(Rows.cell(table.raw.rows, first + row, index))
          .replace(/\s+/g, " ")
          .trim(),
      )
      .filter((text) => text !== "")
      .join(" · ")
      .slice(0, 160);
  const shown = clusters.slice(0, MOST_SHOWN).map((cluster, at) => {
    const [a = 0, ...others] = cluster;
    const lines = [`${at + 1}.  row ${a}  ${textOf(a)}`];
    for (const b of others.slice(0, MOST_ROWS)) {
      const p = likely.get(`${a} ${b}`);
      lines.push(`    row ${b}  ${textOf(b)}`);
      lines.push(`        ${p === undefined ? "through other rows" : `${percent(p)} sure`}`);
      for (const { words, weight } of explain(a, b))
        lines.push(`        ${weight > 0 ? "+" : "−"} ${words}`);
    }
    if (others.length > MOST_ROWS)
      lines.push(`    and ${count(others.length - MOST_ROWS, "more row")}`);
    return `${lines.join("\n")}\n`;
  });
  const more = clusters.length - shown.length;
  return [
    `${count(clusters.length, "group")} of duplicates with ${count(rows, "row")}, at ${percent(threshold)} and more. Rows are counted from 0 after the header.\n`,
    ...shown,
    ...(more > 0 ? [`and ${count(more, "more group")}; --json has them all.\n`] : []),
  ].join("\n");
}

/** Never a round 100: nothing is certain. */
function percent(probability: number): string {
  return probability > 0.995 ? "over 99 %" : `${Math.round(probability * 100)} %`;
}
