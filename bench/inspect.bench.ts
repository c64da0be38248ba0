// What `gridfolk inspect` says about files that people and programs wrote, against what a person says about them, and that no
// file is too much for it. The files are not in the repository, but for those in bench/inspect/files:
// `npm run bench -- inspect --data=FOLDER`; with `--misses=1` what is wrong is told, too,
// with `=2` why files were refused, with `=3` what is wrong with those held out.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import type { InspectedTable } from "@gridfolk/core/import/inspect";
import { type Bench, bench } from "./harness.ts";
import { answer, inspections, LIMIT_MS } from "./inspect/inspection.ts";
import {
  type LabelledMapping,
  type LabelledTable,
  type MappingScore,
  newScores,
  score,
  scoreMapping,
  type Scores,
  type Tally,
} from "./inspect/score.ts";

const SCRIPT = fileURLToPath(import.meta.url);

async function measure(run: Bench): Promise<void> {
  const folder = process.argv.find((word) => word.startsWith("--data="))?.slice(7);
  const data = folder === undefined ? undefined : resolve(folder);
  if (data === undefined) run.say("Without --data=FOLDER only the files in bench/inspect/files.");
  await labelled(run, data);
  if (data === undefined) return;
  await mapping(run, join(data, "crm/headers.json"));
  await spectrum(run, join(data, "csv/csv-spectrum"));
  await everything(run, data);
}

async function labelled(run: Bench, data: string | undefined): Promise<void> {
  const labels = JSON.parse(readFileSync("bench/inspect/labels.json", "utf8")) as {
    [set: string]: { [path: string]: LabelledTable[] };
  };
  const files = inspections(SCRIPT);
  run.later(() => files.close());
  for (const [set, byPath] of Object.entries(labels)) {
    const scores = newScores();
    let count = 0;
    for (const [name, tables] of Object.entries(byPath)) {
      const [where, ...rest] = name.split("/");
      const root = where === "made" ? "bench/inspect/files" : data;
      if (root === undefined) continue;
      const { inspection, failure } = await files.inspect(join(root, ...rest));
      if (failure !== undefined) run.say(`${name}: ${failure}`);
      score(scores, name, tables, inspection);
      count += 1;
    }
    // Who tunes a rule must not see what is wrong with the files held out.
    const telling = set !== "heldOut" || run.option("misses", 0) > 2;
    tell(run, `${set === "heldOut" ? "held out" : set}, ${count} files`, scores, telling);
  }
}

function tell(run: Bench, what: string, scores: Scores, telling: boolean): void {
  const least = { header: 97, type: 97, order: 97 } as { [kind: string]: number };
  for (const [kind, tally] of Object.entries(scores)) {
    if (kind === "silentWrong") continue;
    const { right, of, misses } = tally as Tally;
    if (of === 0) continue;
    run.report({
      work: `${WORDS[kind]} (${what}), of ${of}`,
      unit: "%",
      samples: [(right / of) * 100],
      ...(least[kind] === undefined ? {} : { target: { least: least[kind] } }),
    });
    if (telling) tellMisses(run, misses);
  }
  run.report({
    work: `wrong date orders that were not asked about (${what})`,
    unit: "files",
    samples: [scores.silentWrong.length],
    target: { most: 0 },
  });
}

const WORDS: { readonly [kind: string]: string } = {
  header: "header row",
  rows: "first and last row of data",
  type: "type of a column",
  order: "order of dates",
  encoding: "encoding",
  delimiter: "delimiter",
  mapsTo: "field of a column",
};

function tellMisses(run: Bench, misses: readonly string[]): void {
  if (run.option("misses", 0) > 0) for (const miss of misses) run.say(`     ${miss}`);
}

async function mapping(run: Bench, path: string): Promise<void> {
  const products = JSON.parse(readFileSync(path, "utf8")) as { headers: string[] }[];
  const labels = JSON.parse(readFileSync("bench/inspect/mapping.json", "utf8")) as {
    [index: string]: LabelledMapping;
  };
  const directory = run.directory();
  const files = inspections(SCRIPT);
  run.later(() => files.close());
  const total: MappingScore = { right: 0, wrong: 0, missed: 0, misses: [] };
  for (const [index, label] of Object.entries(labels)) {
    const file = join(directory, `${index}.csv`);
    const cells = products[Number(index)]!.headers.map((name) => `"${name.replaceAll('"', '""')}"`);
    writeFileSync(file, `${cells.join(",")}\n`);
    const { inspection } = await files.inspect(file);
    scoreMapping(total, label, inspection?.tables[0]);
  }
  const { right, wrong, missed } = total;
  run.report({
    work: `mapping of ${Object.keys(labels).length} products' headers: F1`,
    unit: "%",
    samples: [((2 * right) / (2 * right + wrong + missed)) * 100],
    target: { least: 95 },
    note: `${right} right, ${wrong} wrong, ${missed} missed`,
  });
  tellMisses(run, total.misses);
}

/** Published pairs of a CSV file and what is in it. */
async function spectrum(run: Bench, folder: string): Promise<void> {
  const files = inspections(SCRIPT, 1000);
  run.later(() => files.close());
  const names = readdirSync(join(folder, "csvs")).filter((name) => name.endsWith(".csv"));
  const misses: string[] = [];
  for (const name of names) {
    const expected = readFileSync(join(folder, "json", name.replace(/csv$/, "json")), "utf8");
    const { inspection } = await files.inspect(join(folder, "csvs", name));
    const actual = JSON.stringify(objectsOf(inspection?.tables[0]));
    if (actual !== corrected(expected)) misses.push(`${name}: ${actual}`);
  }
  run.report({
    work: `csv-spectrum, exact, of ${names.length}`,
    unit: "files",
    samples: [names.length - misses.length],
    target: { least: names.length },
  });
  tellMisses(run, misses);
}

/**
 * Two published pairs contradict each other: one JSON has another telephone number than its CSV, one has line ends that its CSV
 * lost on its way through version control.
 */
function corrected(expected: string): string {
  // One of them is an object where there is one row.
  const text = JSON.stringify([JSON.parse(expected)].flat());
  return text.replaceAll("\\r\\n", "\\n").replace("1234567890", "2095257564");
}

function objectsOf(table: InspectedTable | undefined): { [name: string]: string }[] {
  const { columns = [], rows = [] } = table ?? {};
  return rows.map((row) =>
    Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? ""])),
  );
}

/** Every file of the kinds that are imported: read or refused, within the time. */
async function everything(run: Bench, data: string): Promise<void> {
  const files = inspections(SCRIPT);
  run.later(() => files.close());
  for (const [what, folders, pattern] of [
    ["workbooks", ["xlsx", "csv"], /\.(?:xls[xmb]?|ods)$/],
    ["text files", ["csv", "sales", "lists", "duplicates"], /\.(?:csv|tsv|txt|md)$/],
    ["contact cards", ["vcard"], /\.(?:vcf|vcard)$/],
  ] as const) {
    const failures: string[] = [];
    const times: number[] = [];
    let refused = 0;
    for (const folder of folders) {
      if (!existsSync(join(data, folder))) continue;
      for (const entry of readdirSync(join(data, folder), { recursive: true, encoding: "utf8" })) {
        if (!pattern.test(entry)) continue;
        const { ms, failure, inspection } = await files.inspect(join(data, folder, entry));
        times.push(ms);
        if (failure !== undefined) failures.push(`${folder}/${entry}: ${failure}`);
        else if (inspection?.refusedBecause !== undefined) {
          refused += 1;
          if (run.option("misses", 0) > 1) run.say(`     ${entry}: ${inspection.refusedBecause}`);
        }
      }
    }
    run.report({
      work: `${what} read or refused in words, of ${times.length}`,
      unit: "files",
      samples: [times.length - failures.length],
      target: { least: times.length },
      note: `${refused} refused, slowest ${Math.round(Math.max(...times))} ms of ${LIMIT_MS}`,
    });
    for (const failure of failures) run.say(`     ${failure}`);
  }
}

if (isMainThread) await bench("inspect", measure);
else await answer();
