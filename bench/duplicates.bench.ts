// Finding duplicates: how right it is on published sets (given by `--data=FOLDER`, else left out), and what it costs on 100,000 contacts
// that this repository makes. Scored by pairs within clusters; the truth is read here alone and never given along.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { columnsOf } from "@gridfolk/core/dedupe/columns";
import { type Duplicates, find } from "@gridfolk/core/dedupe/duplicates";
import { columnsOfFile } from "@gridfolk/core/dedupe/file";
import { lookup } from "@gridfolk/core/dedupe/lookup";
import { probabilityOfNames } from "@gridfolk/core/dedupe/names";
import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import { readCsv } from "@gridfolk/core/import/read/csv";
import { findTable } from "@gridfolk/core/import/table";
import { readyMadeSheets } from "@gridfolk/core/sheet/templates";
import { contacts, contactsCsv, HEADER } from "@gridfolk/core/testing/contacts";
import Papa from "papaparse";
import { bench, type Bench } from "./harness.ts";

interface Set {
  readonly work: string;
  readonly file: string;
  readonly profile: "contact" | "company" | "generic";
  readonly columns: string;
  readonly least?: number;
}

const ADDRESS = "given_name,surname,street_number,address_1,address_2,suburb,postcode,state";
const ALL = `${ADDRESS},date_of_birth,soc_sec_id`;
const FEW = "given_name,surname,suburb,state";
const SETS: readonly Set[] = [
  { work: "febrl1", file: "febrl1", profile: "contact", columns: ALL, least: 0.995 },
  { work: "febrl2", file: "febrl2", profile: "contact", columns: ALL, least: 0.995 },
  { work: "febrl3", file: "febrl3", profile: "contact", columns: ALL, least: 0.995 },
  {
    work: "febrl2, name and address",
    file: "febrl2",
    profile: "contact",
    columns: ADDRESS,
    least: 0.98,
  },
  {
    work: "febrl3, name and address",
    file: "febrl3",
    profile: "contact",
    columns: ADDRESS,
    least: 0.985,
  },
  {
    work: "febrl2, name, suburb, state",
    file: "febrl2",
    profile: "contact",
    columns: FEW,
    least: 0.86,
  },
  {
    work: "febrl3, name, suburb, state",
    file: "febrl3",
    profile: "contact",
    columns: FEW,
    least: 0.91,
  },
  {
    work: "splink_fake_1000",
    file: "splink_fake_1000",
    profile: "contact",
    columns: "first_name,surname,dob,city,email",
    least: 0.93,
  },
  {
    work: "rldata500",
    file: "rldata500",
    profile: "contact",
    columns: "fname_c1,fname_c2,lname_c1,lname_c2,by,bm,bd",
    least: 0.95,
  },
  {
    work: "restaurants_fz",
    file: "restaurants_fz",
    profile: "generic",
    columns: "name,addr,city,phone,type",
    least: 0.96,
  },
  {
    work: "dblp_acm",
    file: "dblp_acm",
    profile: "generic",
    columns: "title,authors,venue,year,source",
    least: 0.97,
  },
  {
    work: "dblp_acm without its source",
    file: "dblp_acm",
    profile: "generic",
    columns: "title,authors,venue,year",
  },
  // As little as people sometimes have.
  ...["name", "name,city", "name,addr,city", "name,addr,city,phone"].map((columns): Set => ({
    work: `restaurants_fz, ${columns}`,
    file: "restaurants_fz",
    profile: "generic",
    columns,
  })),
  ...["name,city", "name,addr,city,phone"].map((columns): Set => ({
    work: `restaurants_fz as companies, ${columns}`,
    file: "restaurants_fz",
    profile: "company",
    columns,
  })),
  ...["febrl1", "febrl3"].map((file): Set => ({
    work: `${file}, first and last name alone`,
    file,
    profile: "generic",
    columns: "given_name,surname",
  })),
  {
    work: "cddb",
    file: "cddb",
    profile: "generic",
    columns: "artist,title,category,genre,cdextra,year,tracks",
  },
];
const NAMES_THRESHOLD = 0.5;

const LOCALE = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
const FIELDS: { readonly [header: string]: string } = {
  "First Name": "firstName",
  "Last Name": "lastName",
  Email: "email",
  Phone: "phone",
  Company: "company",
  "Job Title": "title",
  Street: "street",
  City: "city",
  State: "state",
  "Postal Code": "postalCode",
  Country: "country",
  Website: "website",
  Tags: "tags",
  Notes: "notes",
};

await bench("duplicates", async (run) => {
  await loadPhones();
  const data = process.argv.find((word) => word.startsWith("--data="))?.slice(7);
  if (data === undefined) run.say("without --data=FOLDER the published sets are left out");
  else quality(run, join(data, "duplicates"));
  speed(run, run.option("rows", 100_000));
});

function quality(run: Bench, folder: string): void {
  const sure = { right: 0, wrong: 0, all: 0 };
  const likely = { count: 0, said: 0, right: 0 };
  for (const set of SETS) {
    const path = join(folder, `${set.file}.csv`);
    if (!existsSync(path)) {
      run.say(`${set.work}: ${path} is not there, left out`);
      continue;
    }
    const { truth, found, ms } = findInFile(path, set);
    const score = scoreOf(found, truth);
    run.report({
      work: `F1 of ${set.work}`,
      unit: "share",
      samples: [score.f1],
      ...(set.least === undefined ? {} : { target: { least: set.least } }),
      note: `precision ${score.precision.toFixed(4)}, recall ${score.recall.toFixed(4)}, threshold ${found.threshold.toFixed(2)}, ${Math.round(ms)} ms`,
    });
    if (set.profile !== "contact") continue;
    sure.all += score.all;
    for (const { a, b, probability } of found.pairs) {
      const isRight = truth[a] === truth[b];
      if (probability >= found.automatic) sure[isRight ? "right" : "wrong"] += 1;
      if (probability < 0.8) continue;
      likely.count += 1;
      likely.said += probability;
      likely.right += isRight ? 1 : 0;
    }
  }
  if (sure.all > 0) {
    run.report({
      work: "person sets: precision of pairs above the automatic threshold",
      unit: "share",
      samples: [sure.right / (sure.right + sure.wrong)],
      target: { least: 0.998 },
    });
    run.report({
      work: "person sets: true pairs above the automatic threshold",
      unit: "share",
      samples: [sure.right / sure.all],
      target: { least: 0.6 },
    });
    run.report({
      work: "person sets: pairs said to be 80 to 100 % sure, said less true",
      unit: "share",
      samples: [Math.abs(likely.said - likely.right) / likely.count],
      target: { most: 0.07 },
    });
  }
  names(run, join(folder, "name-bench", "cases.csv"));
}

function names(run: Bench, path: string): void {
  if (!existsSync(path)) {
    run.say(`${path} is not there, left out`);
    return;
  }
  const { data } = Papa.parse<{ [column: string]: string }>(readFileSync(path, "utf8"), {
    header: true,
    skipEmptyLines: true,
  });
  let right = 0;
  let wrong = 0;
  for (const { schema, name1 = "", name2 = "", is_match } of data) {
    const kind = schema === "Person" ? "personName" : "company";
    const said = probabilityOfNames(kind, name1, name2) >= NAMES_THRESHOLD;
    if (said && is_match === "true") right += 1;
    if (said !== (is_match === "true")) wrong += 1;
  }
  run.report({
    work: "F1 of single pairs of names (name-bench)",
    unit: "share",
    samples: [(2 * right) / (2 * right + wrong)],
    target: { least: 0.82 },
  });
}

function findInFile(path: string, { profile, columns }: Set) {
  const table = findTable(readCsv(readFileSync(path)));
  const read = columnsOfFile(table, {
    locale: LOCALE,
    registry,
    sheets: readyMadeSheets(),
    profile,
    only: columns.split(","),
  });
  if ("missing" in read) throw new Error(`${path} has no ${read.missing.join(", ")}.`);
  const all = Papa.parse<{ cluster: string }>(readFileSync(path, "utf8"), {
    header: true,
    skipEmptyLines: true,
  });
  const before = process.cpuUsage();
  const found = find(read.columns);
  return {
    truth: all.data.map(({ cluster }) => cluster),
    found,
    ms: process.cpuUsage(before).user / 1000,
  };
}

function scoreOf({ clusters }: Duplicates, truth: readonly string[]) {
  const sizes = new Map<string, number>();
  for (const one of truth) sizes.set(one, (sizes.get(one) ?? 0) + 1);
  const all = [...sizes.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
  let right = 0;
  let said = 0;
  for (const rows of clusters) {
    rows.forEach((a, at) => {
      for (const b of rows.slice(at + 1)) {
        said += 1;
        if (truth[a] === truth[b]) right += 1;
      }
    });
  }
  return { all, precision: right / said, recall: right / all, f1: (2 * right) / (said + all) };
}

function speed(run: Bench, rows: number): void {
  const [few, many] = [Math.round(rows / 10), rows];
  const small = measured(few);
  const large = measured(many);
  const work = `all duplicates of ${many.toLocaleString("en")} contacts`;
  run.report({
    work: `${work}, processor time of one core`,
    unit: "s",
    samples: [large.s],
    target: { most: 12 },
  });
  run.report({
    work: `${work}, heap at its highest`,
    unit: "MB",
    samples: [large.mb],
    target: { most: 700 },
  });
  run.report({
    work: `from ${few.toLocaleString("en")} to ${many.toLocaleString("en")} contacts`,
    unit: "×",
    samples: [large.s / small.s],
    target: { most: 14 },
  });
  run.report({
    work: `check while typing against ${many.toLocaleString("en")} contacts`,
    unit: "ms",
    samples: large.checks,
    statistic: "p95",
    target: { most: 5 },
  });
  const file = join(run.directory(), "contacts.csv");
  writeFileSync(file, contactsCsv(Math.min(rows, 20_000)));
  const bin = resolve("packages/cli/bin/gridfolk.mjs");
  spawnSync(process.execPath, [bin, "duplicates", join(run.directory(), "none.csv")]);
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [bin, "duplicates", file, "--json"], {
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error("gridfolk duplicates failed.");
  run.report({
    work: "gridfolk duplicates of 20,000 contacts",
    unit: "s",
    samples: [(performance.now() - start) / 1000],
    target: { most: 120 },
  });
}

function measured(count: number) {
  const rows = contacts(count);
  const given = HEADER.map((name, at) => ({
    name,
    field: FIELDS[name] ?? "",
    values: rows.map((row) => row[at] ?? ""),
  }));
  const columns = columnsOf(given, "contact");
  globalThis.gc?.();
  let most = 0;
  const before = process.cpuUsage();
  const found = find(columns);
  const s = process.cpuUsage(before).user / 1e6;
  most = Math.max(most, process.resourceUsage().maxRSS / 1024);
  const ask = lookup(columns, found.weights);
  const checks = rows.slice(0, 300).map((row) => {
    const texts = columns.map(({ name }) =>
      ["First Name", "Last Name", "Email", "City"].includes(name)
        ? (row[HEADER.indexOf(name)] ?? "")
        : "",
    );
    const start = performance.now();
    ask.find(texts);
    return performance.now() - start;
  });
  return { s, mb: most, checks };
}
