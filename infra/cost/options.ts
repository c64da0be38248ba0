import { DAY, type Day } from "./day.ts";

/** What `npm run cost` is asked about use. */
export interface Asked {
  readonly day: Day;
  /** Working days in a month. */
  readonly days: number;
  readonly json: boolean;
}

/** Why it cannot be answered, for whoever typed it. */
export class BadOption extends Error {
  override readonly name = "BadOption";
}

export const USAGE = `Usage: npm run cost -- --idle [STAGE]
       npm run cost -- [--users 10] [--rows 50000] [--edits 2000] [--imports 50] [--import-rows 500] [--reports 40]
                       [--exports 0] [--open 8] [--looking 2] [--looks 20] [--starts 20] [--days 22] [--json]

A day of an office: how many people, rows in the workspace, changed cells, imported files and rows of each, reports, sheets
exported as CSV; hours that each has the page open, hours of them that each looks at it, how often each comes back to it; new
instances of each function; and working days in a month.
`;

interface Range {
  readonly key: keyof Day | "days";
  readonly otherwise: number;
  readonly most: number;
  readonly whole: boolean;
}

const whole = (key: Range["key"], most: number, otherwise?: number): Range => ({
  key,
  otherwise: otherwise ?? DAY[key as keyof Day],
  most,
  whole: true,
});
const hours = (key: keyof Day): Range => ({ key, otherwise: DAY[key], most: 24, whole: false });

const OPTIONS: Readonly<Record<string, Range>> = {
  // As many as may be connected to a workspace, and rows of it.
  "--users": whole("users", 200),
  "--rows": whole("rows", 1_000_000),
  "--edits": whole("edits", 10_000_000),
  "--imports": whole("imports", 100_000),
  "--import-rows": whole("importRows", 100_000),
  "--reports": whole("reports", 1_000_000),
  "--exports": whole("exports", 1_000_000),
  "--open": hours("open"),
  "--looking": hours("looking"),
  "--looks": whole("looks", 1_000),
  "--starts": whole("starts", 10_000),
  "--days": whole("days", 31, 22),
};

/** Reads the command line. Throws BadOption with what is wrong with which option. */
export function readOptions(words: readonly string[]): Asked {
  const given = new Map<Range["key"], number>();
  let json = false;
  for (let at = 0; at < words.length; at += 1) {
    const [name = "", ...joined] = (words[at] ?? "").split("=");
    if (name === "--json" && joined.length === 0) {
      json = true;
      continue;
    }
    const range = OPTIONS[name];
    if (range === undefined)
      throw new BadOption(
        `There is no option ${words[at]}. There are: ${Object.keys(OPTIONS).join(", ")}, --json, and --idle alone.`,
      );
    if (given.has(range.key)) throw new BadOption(`${name} is given twice.`);
    const text = joined.length > 0 ? joined.join("=") : words[(at += 1)];
    given.set(range.key, numberOf(name, text, range));
  }
  const value = ({ key, otherwise }: Range): number => given.get(key) ?? otherwise;
  const entries = Object.values(OPTIONS).map((range) => [range.key, value(range)] as const);
  const { days = 22, ...day } = Object.fromEntries(entries);
  const made = day as unknown as Day;
  if (made.looking > made.open)
    throw new BadOption(
      `--looking is ${made.looking} hours of the ${made.open} that the page is open (--open): it cannot be more.`,
    );
  return { day: made, days, json };
}

function numberOf(name: string, text: string | undefined, { most, whole: isWhole }: Range): number {
  const least = name === "--users" ? 1 : 0;
  const number = text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most && (!isWhole || Number.isInteger(number))) return number;
  const kind = isWhole ? "a whole number" : "a number";
  const got = text === undefined ? "nothing" : `“${text}”`;
  throw new BadOption(
    `${name} takes ${kind} from ${least} to ${most}, without separators; it got ${got}.`,
  );
}
