// What reading takes until a file can be shown: a workbook of 100,000 × 21 cells against the quickest reader that is kept beside our own,
// and text of 100 MB by `gridfolk inspect`, with the memory of that process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import { describeColumns } from "@gridfolk/core/import/column";
import { proposeMapping, proposeSheet } from "@gridfolk/core/import/mapping";
import { readFile } from "@gridfolk/core/import/read/file";
import { dataRows, findTable } from "@gridfolk/core/import/table";
import { readyMadeSheets } from "@gridfolk/core/sheet/templates";
import { contactsCsv, HEADER } from "@gridfolk/core/testing/contacts";
import { readWithExceljs, writeContactsWorkbook } from "@gridfolk/core/testing/contacts-workbook";
import { bench, timed } from "./harness.ts";

const US = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };

await bench("read", async (run) => {
  const { report, option } = run;
  const rows = option("rows", 100_000);
  const runs = option("runs", 3);
  const directory = run.directory();
  await loadPhones();

  const workbook = join(directory, "contacts.xlsx");
  await writeContactsWorkbook(workbook, rows);
  const own: number[] = [];
  const floor: number[] = [];
  for (let turn = 0; turn < runs; turn++) {
    const { ms, answer } = await timed(() => readWithExceljs(workbook));
    if (answer !== rows + 1) throw new Error(`exceljs read ${answer} rows.`);
    floor.push(ms);
    own.push((await timed(() => preview(readFileSync(workbook), rows))).ms);
  }
  report({
    work: `XLSX of ${rows.toLocaleString("en")} × ${HEADER.length}: read to preview`,
    unit: "ms",
    samples: own,
    floor: { name: "exceljs, streaming, cells only", samples: floor },
    target: { ratio: 1.5 },
  });

  // 29 MB of UTF-8 per 100,000 rows.
  const text = contactsCsv(option("textRows", 172_000));
  const wide = join(directory, "utf16.csv");
  writeFileSync(wide, Buffer.from(`\ufeff${text}`, "utf16le"));
  const plain = join(directory, "utf8.csv");
  writeFileSync(plain, text);
  writeFileSync(plain, text.slice(text.indexOf("\n") + 1), { flag: "a" });
  for (const [what, file] of [
    ["UTF-16 text", wide],
    ["UTF-8 text", plain],
  ] as const) {
    const times: number[] = [];
    const memory: number[] = [];
    for (let turn = 0; turn < runs; turn++) {
      const { ms, megabytes } = await inspect(file);
      times.push(ms);
      memory.push(megabytes);
    }
    const size = `${Math.round(readFileSync(file).length / 1e6)} MB of ${what}`;
    report({
      work: `gridfolk inspect of ${size}`,
      unit: "ms",
      samples: times,
      target: { most: 10_000 },
    });
    report({
      work: `the same: most memory of the process`,
      unit: "MB",
      samples: memory,
      target: { most: 1_500 },
    });
  }
});

/** What a person sees first: the table, what its columns are, and where they go. */
function preview(bytes: Uint8Array, rows: number): void {
  const [raw] = readFile(bytes).tables;
  if (raw === undefined) throw new Error("Nothing was read.");
  const table = findTable(raw);
  const data = dataRows(table);
  const facts = describeColumns(table, data, US, registry);
  const sheet = proposeSheet(facts, readyMadeSheets());
  if (sheet === undefined || data.length !== rows) throw new Error(`Read ${data.length} rows.`);
  proposeMapping(facts, sheet);
}

/** `gridfolk inspect FILE`, and what its process had resident at most. */
async function inspect(file: string): Promise<{ ms: number; megabytes: number }> {
  const start = performance.now();
  const command = resolve("packages/cli/bin/gridfolk.mjs");
  const child = spawn(process.execPath, [command, "inspect", file, "--json"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  let kilobytes = 0;
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? kilobytes);
    } catch {
      // It has ended.
    }
  }, 20);
  const [code] = (await once(child, "exit")) as [number];
  clearInterval(watch);
  if (code !== 0) throw new Error(`gridfolk inspect ended with ${code}.`);
  return { ms: performance.now() - start, megabytes: kilobytes / 1000 };
}
