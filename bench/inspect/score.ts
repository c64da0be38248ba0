import type { InspectedTable, Inspection } from "@gridfolk/core/import/inspect";

/** What a person says that a table is. Types separated by | are all right; * is any. */
export interface LabelledTable {
  readonly sheet?: string;
  /** null: there is none. */
  readonly headerRow: number | null;
  readonly firstDataRow: number | null;
  readonly lastDataRow: number | null;
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly columns?: readonly {
    readonly type: string;
    /** null: nothing proves one; absent: not judged. */
    readonly order?: string | null;
    readonly mapsTo?: string | null;
  }[];
}

/** Right answers and questions of one kind, and what was wrong. */
export interface Tally {
  right: number;
  of: number;
  readonly misses: string[];
}

export interface Scores {
  readonly header: Tally;
  readonly rows: Tally;
  readonly type: Tally;
  readonly order: Tally;
  readonly encoding: Tally;
  readonly delimiter: Tally;
  readonly mapsTo: Tally;
  /** Orders that were said although they are wrong. */
  readonly silentWrong: string[];
}

export function newScores(): Scores {
  const tally = (): Tally => ({ right: 0, of: 0, misses: [] });
  return {
    header: tally(),
    rows: tally(),
    type: tally(),
    order: tally(),
    encoding: tally(),
    delimiter: tally(),
    mapsTo: tally(),
    silentWrong: [],
  };
}

/** Counts what is right about one file. A table that was not found counts as wrong in everything. */
export function score(
  scores: Scores,
  path: string,
  labels: readonly LabelledTable[],
  inspection: Inspection | undefined,
): void {
  labels.forEach((label, at) => {
    const before = labels.slice(0, at).filter(({ sheet }) => sheet === label.sheet).length;
    const found = inspection?.tables.filter(
      ({ sheet }) => label.sheet === undefined || sheet === label.sheet,
    )[label.sheet === undefined ? at : before];
    judgeTable(scores, label.sheet === undefined ? path : `${path} ${label.sheet}`, label, found);
  });
}

function judgeTable(
  scores: Scores,
  name: string,
  label: LabelledTable,
  found: InspectedTable | undefined,
): void {
  const tell = (tally: Tally, expected: unknown, actual: unknown, right = expected === actual) => {
    tally.of += 1;
    if (right) tally.right += 1;
    else tally.misses.push(`${name}: ${String(actual)} instead of ${String(expected)}`);
  };
  tell(scores.header, label.headerRow, found?.headerRow);
  if (label.lastDataRow !== null) {
    const range = `${found?.firstDataRow}-${found?.lastDataRow}`;
    tell(scores.rows, `${label.firstDataRow}-${label.lastDataRow}`, range);
  }
  if (label.delimiter !== undefined) tell(scores.delimiter, label.delimiter, found?.delimiter);
  if (label.encoding !== undefined) {
    const right = label.encoding.split("|").includes(found?.encoding ?? "");
    tell(scores.encoding, label.encoding, found?.encoding, right);
  }
  label.columns?.forEach((column, index) => {
    const actual = found?.columns[index];
    const where = `column ${index} (${actual?.name})`;
    if (column.type !== "*") {
      const right = column.type.split("|").includes(actual?.type ?? "");
      tell(scores.type, `${column.type} in ${where}`, actual?.type, right);
    }
    if (column.order !== undefined) {
      const right = actual !== undefined && actual.dateOrder === column.order;
      tell(scores.order, `${column.order} in ${where}`, actual?.dateOrder, right);
      if (!right && typeof actual?.dateOrder === "string") {
        scores.silentWrong.push(`${name}: ${actual.dateOrder} in ${where}`);
      }
    }
    if (column.mapsTo !== undefined) {
      const right = actual !== undefined && actual.mapsTo === column.mapsTo;
      tell(scores.mapsTo, `${column.mapsTo} in ${where}`, actual?.mapsTo, right);
    }
  });
}

/** One product's headers: for each field the columns any of which may be it; `either` may be mapped or not. */
export interface LabelledMapping {
  readonly source: string;
  readonly fields: { readonly [field: string]: readonly string[] };
  readonly either?: readonly string[];
}

export interface MappingScore {
  right: number;
  wrong: number;
  missed: number;
  readonly misses: string[];
}

/** Counts for precision and recall over (column, field) pairs. */
export function scoreMapping(
  total: MappingScore,
  label: LabelledMapping,
  table: InspectedTable | undefined,
): void {
  const left = new Set(Object.keys(label.fields));
  for (const { name, mapsTo } of table?.columns ?? []) {
    if (mapsTo === null) continue;
    if (label.fields[mapsTo]?.includes(name)) {
      if (left.delete(mapsTo)) total.right += 1;
    } else if (label.either?.includes(name) !== true) {
      total.wrong += 1;
      total.misses.push(`${label.source}: ${name} is not ${mapsTo}`);
    }
  }
  total.missed += left.size;
  for (const field of left) {
    total.misses.push(`${label.source}: no ${field} (${label.fields[field]!.join(" or ")})`);
  }
}
