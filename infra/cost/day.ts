import type { Act, ActName, Profile } from "./profile.ts";
import { plus, times, type Usage } from "./usage.ts";

/** A working day of one workspace. */
export interface Day {
  readonly users: number;
  /** Rows of the workspace, all sheets together. */
  readonly rows: number;
  readonly edits: number;
  readonly imports: number;
  readonly importRows: number;
  readonly reports: number;
  /** Whole sheets as CSV. */
  readonly exports: number;
  /** Hours that each has the page open. */
  readonly open: number;
  /** Hours of them that each looks at it. */
  readonly looking: number;
  /** How often each comes back to it. */
  readonly looks: number;
  /** New instances of every function: Lambda ends what was not needed for some minutes, and everything after an hour or two. */
  readonly starts: number;
}

/** What is not asked for. An office of ten is the day of docs/cost.md. */
export const DAY: Day = {
  users: 10,
  rows: 50_000,
  edits: 2_000,
  imports: 50,
  importRows: 500,
  reports: 40,
  exports: 0,
  open: 8,
  looking: 2,
  looks: 20,
  starts: 20,
};

/** Of the time that somebody looks, they are on the move from cell to cell. */
const MOVING = 0.5;
const TICKS = 24;
/** Pages, scripts and styles, as if there were a new version every day: requests and GB. */
const ASSETS = { files: 20, gb: 0.0006 };

/** What is done in a day, and what it uses. */
export interface Part {
  readonly what: string;
  readonly usage: Usage;
}

/** What a day uses, by what is done in it. */
export function partsOf(day: Day, profile: Profile): Part[] {
  const { users, rows, edits, imports, importRows, open, looks } = day;
  const { acts, pace } = profile;
  // Of the others, at any moment.
  const others = users <= 1 ? 0 : (users - 1) * share(day);
  const one = (name: ActName, lookers = 0, imported = 0): Usage =>
    usageOf(acts[name], { rows, lookers, imported });
  const snapshots = snapshotsOf(day, profile);
  const part = (what: string, ...usages: readonly Usage[]): Part => ({
    what,
    usage: usages.reduce(plus, {}),
  });
  return [
    part(
      "opening it in the morning",
      times(plus(one("open", others), PAGES), users),
      times(one("rows"), users * rereadingOf(day, profile)),
    ),
    part(
      "edits",
      times(one("edit", others), edits),
      times(one("editSeen"), edits * Math.max(0, users - 1 - others)),
    ),
    part(
      "imports",
      times(one("import", others, importRows), imports),
      times(one("importSeen", 0, importRows), imports * Math.max(0, users - 1)),
    ),
    part("reports", times(one("report"), day.reports)),
    part("exports", times(one("export"), day.exports)),
    part("coming back to it", times(one("look", others), users * looks)),
    part("who is where", times(one("move", others), movesOf(day, pace.placeS))),
    part(
      "having it open",
      times(one("ping"), (users * Math.min(day.looking, open) * 3_600) / pace.pingS),
      times(one("beat"), (users * Math.max(0, open - day.looking) * 3_600) / pace.pingS),
      times(one("reconnect", others), users * Math.floor((open * 60) / pace.socketMinutes)),
      { webSocketMinute: users * open * 60 },
    ),
    part("snapshots", times(one("snapshot"), snapshots)),
    part("new instances", times(one("start"), day.starts), times(tailOf(day, profile), day.starts)),
    part("the schedule", times(one("tick"), TICKS)),
  ];
}

const PAGES: Usage = {
  cloudFrontRequest: ASSETS.files,
  cloudFrontFunction: 1,
  cloudFrontOut: ASSETS.gb,
  s3Get: ASSETS.files,
};

/** What every hour takes, whether somebody works or not. */
export function idleDay(day: Day, { acts }: Profile): Usage {
  return times(usageOf(acts.tick, { rows: day.rows, lookers: 0, imported: 0 }), TICKS);
}

/** GB in the table at the beginning of the day, and what the day leaves there. */
export function storedOf(day: Day, { stored }: Profile): { before: number; more: number } {
  const GB = 1e9;
  return {
    before: (day.rows * stored.row) / GB,
    more: (day.edits * stored.edit + day.imports * day.importRows * stored.importRow) / GB,
  };
}

/** How many snapshots a day's changes make due: by their number, by their length, or when the pages are shorter than that. */
export function snapshotsOf(day: Day, profile: Profile): number {
  return dueOf(day, profile).times;
}

/** The bytes of a day's changes, and how many snapshots they make due. */
function dueOf(day: Day, { snapshots: due }: Profile): { bytes: number; times: number } {
  const bytes = day.edits * due.editBytes + day.imports * day.importRows * due.importRowBytes;
  const pages = day.rows * due.rowBytes;
  const dueBytes = Math.min(due.dueBytes, Math.max(due.leastBytes, pages));
  const heads = day.edits + day.imports;
  return { bytes, times: Math.max(heads / due.dueHeads, bytes / dueBytes) };
}

/** What an instance reads of the log after the newest snapshot, half of what makes the next one due; an act is measured with hardly any. */
function tailOf(day: Day, profile: Profile): Usage {
  const { bytes, times: often } = dueOf(day, profile);
  return { dynamodbReadUnit: often === 0 ? 0 : bytes / often / 2 / READ_UNIT_BYTES };
}

const READ_UNIT_BYTES = 4_096;

/**
 * How often somebody's page says where they are: whoever is on the move was seen at their last edit or word `placeS` ago, and
 * edits come by chance.
 */
export function movesOf({ users, looking, edits }: Day, placeS: number): number {
  const movingS = users * looking * 3_600 * MOVING;
  if (movingS === 0 || edits === 0) return movingS / placeS;
  const silent = Math.exp((-edits / movingS) * placeS);
  return (edits * silent) / (1 - silent);
}

/**
 * The part of the browsers that fetch all rows in a day: what a browser keeps is read again by the log until that has become too
 * long (web/data/kept.ts).
 */
export function rereadingOf({ rows, edits, imports, importRows }: Day, { kept }: Profile): number {
  const heads = edits + imports;
  const text = edits * kept.editText + imports * importRows * kept.importRowText;
  const most = Math.max(kept.leastText, kept.textPerRow * rows);
  return Math.min(1, Math.max(heads / kept.mostHeads, text / most));
}

/** The part of the time that a page is open in which somebody looks at it. */
function share({ looking, open }: Day): number {
  return open === 0 ? 0 : Math.min(1, looking / open);
}

function usageOf(
  { each, perThousandRows = {}, perLooker = {}, perImportRow = {} }: Act,
  many: { rows: number; lookers: number; imported: number },
): Usage {
  return [
    times(perThousandRows, many.rows / 1_000),
    times(perLooker, many.lookers),
    times(perImportRow, many.imported),
  ].reduce(plus, each);
}
