import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";

/** What one kind of work took, and against what it is judged. */
export interface Figure {
  readonly work: string;
  readonly unit:
    | "ms"
    | "s"
    | "USD"
    | "units"
    | "kB"
    | "B"
    | "frames/s"
    | "MB"
    | "%"
    | "share"
    | "files"
    | "×";
  readonly samples: readonly number[];
  /** Default "median". */
  readonly statistic?: "median" | "p95";
  /** The least that this work could take, measured in the same run. */
  readonly floor?: { readonly name: string; readonly samples: readonly number[] };
  /** `ratio` and `leastRatio`: to the floor's median. */
  readonly target?: {
    readonly most?: number;
    readonly least?: number;
    readonly ratio?: number;
    readonly leastRatio?: number;
  };
  /** What else belongs to the figure. */
  readonly note?: string;
}

interface Judged extends Figure {
  readonly value: number;
  readonly ratio: number | undefined;
  readonly passed: boolean | undefined;
}

export interface Bench {
  /** Prints the figure with its verdict. */
  report(figure: Figure): void;
  /** A line for whoever watches. */
  say(text: string): void;
  /** A directory that is removed at the end. */
  directory(): string;
  /** Undone at the end, last first, also after a failure. */
  later(undo: () => unknown): void;
  /** Number after `--name=` on the command line, for a quick look with fewer repetitions. */
  option(name: string, otherwise: number): number;
  /** Words after `--name=`, separated by commas; none when it is not given. */
  words(name: string): readonly string[];
  /** Prints a failure that is no reason to leave out the rest; the process ends with 1. */
  fail(error: Error): void;
}

/**
 * Runs one measurement: prints machine and load, then every figure as it is known, then all of them as one line of JSON.
 * What it made is removed and stopped whatever happens; a failure ends the process with 1, a missed target does not.
 */
export async function bench(name: string, run: (bench: Bench) => Promise<void>): Promise<void> {
  const undo: (() => unknown)[] = [];
  const figures: Judged[] = [];
  const before = machine();
  const given = (option: string): string | undefined =>
    process.argv.find((word) => word.startsWith(`--${option}=`))?.slice(option.length + 3);
  print(`${before}\nrepeat with: npm run bench -- ${name}`);
  try {
    await run({
      report(figure) {
        const judged = judge(figure);
        figures.push(judged);
        print(inWords(judged));
      },
      say: print,
      directory() {
        const made = mkdtempSync(join(tmpdir(), "gridfolk-bench-"));
        undo.push(() => rmSync(made, { recursive: true, force: true }));
        return made;
      },
      later: (one) => undo.push(one),
      option: (option, otherwise) => Number(given(option) ?? otherwise),
      words: (option) => given(option)?.split(",") ?? [],
      fail(error) {
        console.error(error);
        process.exitCode = 1;
      },
    });
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  } finally {
    for (const one of undo.toReversed()) await one();
  }
  const results = figures.map(({ samples, floor, ...rest }) => ({
    ...rest,
    of: samples.length,
    least: rounded(Math.min(...samples)),
    most: rounded(Math.max(...samples)),
    ...(floor === undefined
      ? {}
      : { floor: floor.name, floorMedian: rounded(median(floor.samples)) }),
  }));
  const at = new Date().toISOString();
  print(JSON.stringify({ bench: name, at, machine: before, loadAfter: load(), figures: results }));
}

/** Milliseconds that `work` took, and what it answered. */
export async function timed<T>(work: () => Promise<T> | T): Promise<{ ms: number; answer: T }> {
  const start = performance.now();
  const answer = await work();
  return { ms: performance.now() - start, answer };
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** Between the two nearest samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? NaN;
  const high = sorted[Math.ceil(at)] ?? NaN;
  return low + (high - low) * (at - Math.floor(at));
}

function judge(figure: Figure): Judged {
  const { samples, statistic = "median", floor, target } = figure;
  const value = statistic === "median" ? median(samples) : percentile(samples, 0.95);
  const ratio = floor === undefined ? undefined : value / median(floor.samples);
  const passed =
    target === undefined
      ? undefined
      : value <= (target.most ?? Infinity) &&
        value >= (target.least ?? -Infinity) &&
        (ratio ?? 0) <= (target.ratio ?? Infinity) &&
        (ratio ?? 0) >= (target.leastRatio ?? -Infinity);
  return {
    ...figure,
    value: figure.unit === "share" ? Math.round(value * 1e4) / 1e4 : rounded(value),
    ratio: ratio === undefined ? undefined : Math.round(ratio * 100) / 100,
    passed,
  };
}

function inWords({
  work,
  unit,
  samples,
  statistic,
  floor,
  target,
  note,
  value,
  ratio,
  passed,
}: Judged): string {
  const verdict = passed === undefined ? "    " : passed ? "PASS" : "MISS";
  const spread =
    samples.length > 1
      ? ` (${statistic ?? "median"} of ${samples.length}, ${rounded(Math.min(...samples))} to ${rounded(Math.max(...samples))})`
      : "";
  const against =
    floor === undefined
      ? ""
      : `, ${ratio} × ${floor.name} ${rounded(median(floor.samples))} ${unit}`;
  const wanted = [
    ...(target?.most === undefined ? [] : [`at most ${target.most} ${unit}`]),
    ...(target?.least === undefined ? [] : [`at least ${target.least} ${unit}`]),
    ...(target?.ratio === undefined ? [] : [`at most ${target.ratio} ×`]),
    ...(target?.leastRatio === undefined ? [] : [`at least ${target.leastRatio} ×`]),
  ].join(", ");
  return `${verdict} ${work}: ${value} ${unit}${spread}${against}${wanted === "" ? "" : `; wanted ${wanted}`}${note === undefined ? "" : ` [${note}]`}`;
}

function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}

function machine(): string {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cores.length} cores (${cores[0]?.model.trim()}), ${memory} GB, Node ${process.version}, load ${load()}`;
}

function load(): string {
  return loadavg()
    .map((one) => one.toFixed(2))
    .join(" ");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
