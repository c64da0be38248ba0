// A day of an office on AWS, counted: the built functions behind the emulated gateways do what ten people make them do, and every
// request, unit, message, byte and millisecond is counted by the names of infra/cost/prices.json. First act by act, in a small and a
// large workspace, which is the profile that `npm run cost` reckons with (`--write=1` writes it); then the day itself, as a check of
// the reckoning. `--day=0` leaves the day out, `--acts=0` reckons with the profile that is there. `--keep=FOLDER` keeps what was
// measured there, and takes from there what is: `--keep=/tmp/day --only=10000` and then without `--only` takes two halves of the time.
import { cpus } from "node:os";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DUE_BYTES, DUE_HEADS, SMALL_TAIL_BYTES } from "@gridfolk/core/ledger/compaction";
import { repository } from "@gridfolk/core/testing/repository";
import { type Machine, startMachine } from "@gridfolk/functions/testing/aws/machine";
import { DAY, partsOf, snapshotsOf } from "../infra/cost/day.ts";
import type { Profile } from "../infra/cost/profile.ts";
import { plus, priceOfAll, times, type Usage } from "../infra/cost/usage.ts";
import { LEAST_TEXT, MOST_HEADS, MOST_TEXT } from "../packages/web/src/data/kept.ts";
import { PING_MS, PLACE_MS, RENEW_MS } from "../packages/web/src/data/pace.ts";
import { type Measured, measureActs } from "./day/acts.ts";
import { fit } from "./day/fit.ts";
import { FUNCTIONS, MEMORY_MB } from "./day/meter.ts";
import { openOffice } from "./day/office.ts";
import { Page } from "./day/page.ts";
import { runDay } from "./day/script.ts";
import { bench, type Bench } from "./harness.ts";

const PROFILE = join(repository(), "infra", "cost", "profile.json");
/** Of those who measure the acts. */
const FEW = 4;

await bench("day", async (run) => {
  const { option, say } = run;
  const { machine, stop } = await startMachine(
    option("engine", 0) === 0 ? ["dynamodb-local", "dynoxide"] : ["dynoxide"],
  );
  run.later(stop);
  say(`engine: ${machine.kind}`);
  const rows = option("rows", DAY.rows);
  let profile = JSON.parse(readFileSync(PROFILE, "utf8")) as Profile;
  const only = option("only", 0);
  if (only > 0) {
    await actsAt(run, machine, only);
    return;
  }
  if (option("acts", 1) > 0) {
    const small = await actsAt(run, machine, option("small", 10_000));
    const large = await actsAt(run, machine, rows);
    profile = profileOf(machine, small, large);
    if (option("write", 0) > 0) writeFileSync(PROFILE, `${JSON.stringify(profile, null, 2)}\n`);
  }

  const day = {
    ...DAY,
    rows,
    edits: option("edits", DAY.edits),
    imports: option("imports", DAY.imports),
    reports: option("reports", DAY.reports),
    looks: option("looks", DAY.looks),
  };
  const parts = partsOf(day, profile);
  for (const { what, usage } of parts) say(`${usd(priceOfAll(usage))}  ${what}`);
  run.report({
    work: `a day of ${day.users} people, ${day.edits} edits, ${day.imports} imports, ${day.reports} reports in ${rows} rows, reckoned`,
    unit: "USD",
    samples: [priceOfAll(parts.map(({ usage }) => usage).reduce(plus))],
    target: { most: 0.05 },
  });
  say(`snapshots in it: ${snapshotsOf(day, profile).toFixed(1)}`);
  if (option("day", 1) === 0) return;

  const office = await openOffice(machine, day.users, run.later);
  await office.fill(rows, run.directory());
  // The day before: their browsers keep what was there.
  for (const person of office.people) await (await Page.open(person)).disconnect();
  const { count } = await runDay(office, { ...day, looks: day.users * day.looks, looking: 3 }, say);
  const byTheClock = new Set(["who is where", "having it open", "new instances", "the schedule"]);
  const kept = { ...profile.kept, mostHeads: Infinity, leastText: Infinity };
  const reckoned = partsOf(day, { ...profile, kept })
    .filter(({ what }) => !byTheClock.has(what))
    .map(({ usage }) => usage);
  for (const name of FUNCTIONS) {
    const { invocations, ms, clockMs, starts } = count.functions[name];
    say(
      `${name}: ${invocations} invocations, ${Math.round(ms)} ms billed at ${MEMORY_MB[name]} MB, ${Math.round(clockMs)} ms here, ${starts} starts`,
    );
  }
  say(`snapshots taken: ${count.snapshots.taken}`);
  compare(say, reckoned.reduce(plus), count.usage);
  run.report({
    work: "what of it does not go by the clock, as it ran",
    unit: "USD",
    samples: [priceOfAll(count.usage)],
    floor: { name: "the same reckoned", samples: [priceOfAll(reckoned.reduce(plus))] },
  });
});

async function actsAt(run: Bench, machine: Machine, rows: number): Promise<Measured> {
  const [folder] = run.words("keep");
  if (folder === undefined) return measured(run, machine, rows);
  const file = join(folder, `${rows}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Measured;
  const acts = await measured(run, machine, rows);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(acts));
  return acts;
}

async function measured(run: Bench, machine: Machine, rows: number): Promise<Measured> {
  run.say(`${rows} rows:`);
  const undo: (() => Promise<void>)[] = [];
  run.later(async () => {
    for (const one of undo.splice(0).toReversed()) await one();
  });
  const office = await openOffice(machine, FEW, (one) => undo.push(one));
  const storedBytes = await office.storedBytes();
  await office.fill(rows, run.directory());
  const acts = await measureActs(office, { rows, storedBytes }, run.option("samples", 40), run.say);
  // It would go on asking the stream.
  for (const one of undo.splice(0).toReversed()) await one();
  for (const [name, { each }] of Object.entries(acts.acts))
    run.say(`  ${usd(priceOfAll(each))}  ${name}: ${inWords(each)}`);
  return acts;
}

function profileOf(machine: Machine, small: Measured, large: Measured): Profile {
  const [cpu] = cpus();
  const { stored } = large;
  // Every page is written again: a unit a kilobyte.
  const pages = (large.acts.snapshot.each.dynamodbWriteUnit ?? 0) * 1_024;
  return {
    measured: {
      at: new Date().toISOString().slice(0, 10),
      machine: `${cpus().length} cores, ${cpu?.model.trim()}, Node ${process.version}`,
      engine: machine.kind,
      rows: [small.rows.before, large.rows.before],
    },
    memoryMb: MEMORY_MB,
    pace: {
      pingS: PING_MS / 1_000,
      socketMinutes: RENEW_MS / 60_000,
      placeS: PLACE_MS / 1_000,
    },
    acts: fit(small, large),
    snapshots: {
      dueHeads: DUE_HEADS,
      dueBytes: DUE_BYTES,
      leastBytes: SMALL_TAIL_BYTES,
      editBytes: rounded(stored.edit),
      importRowBytes: rounded(stored.importRow),
      rowBytes: rounded(pages / large.rows.after),
    },
    kept: {
      mostHeads: MOST_HEADS,
      leastText: LEAST_TEXT,
      textPerRow: rounded((MOST_TEXT * pages) / large.rows.after),
      editText: rounded(large.kept.edit),
      importRowText: rounded(large.kept.importRow),
    },
    stored: {
      row: rounded(stored.row),
      edit: rounded(stored.edit),
      importRow: rounded(stored.importRow),
    },
  };
}

function compare(say: (text: string) => void, reckoned: Usage, ran: Usage): void {
  for (const name of Object.keys({ ...reckoned, ...ran }) as (keyof Usage)[]) {
    const [a = 0, b = 0] = [reckoned[name], ran[name]];
    say(`  ${name}: ran ${short(b)} (${usd(priceOfAll({ [name]: b }))}), reckoned ${short(a)}`);
  }
}

function inWords(usage: Usage): string {
  return Object.entries(times(usage, 1))
    .map(([name, count]) => `${name} ${short(count)}`)
    .join(", ");
}

function short(count: number): string {
  return String(Number(count.toPrecision(3)));
}

function rounded(count: number): number {
  return Math.round(count * 10) / 10;
}

function usd(amount: number): string {
  return amount.toFixed(6).padStart(10);
}
