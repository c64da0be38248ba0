import { isDomainError } from "@gridfolk/core/error";
import type { Changeset, Draft } from "@gridfolk/core/ledger/changeset";
import { check } from "@gridfolk/core/ledger/draft";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Provisional from "@gridfolk/core/ledger/provisional";
import type { Rules } from "@gridfolk/core/ledger/rules";
import * as Workbook from "@gridfolk/core/ledger/workbook";

/** What a person did and the log does not have yet. */
export type Waiting = Pick<Draft, "id" | "source" | "label" | "operations"> & {
  readonly at: number;
};

/** What changed on screen. */
export interface Effect {
  /** Records stand in other rows than before: read everything again. */
  readonly moved: boolean;
  /** By other people, or by this person elsewhere. */
  readonly remote: Workbook.Touched;
  /** Own changes confirmed, changed by what came before them, or rolled back. */
  readonly settled: Workbook.Touched;
}

/**
 * A workbook with this person's unconfirmed changes on top. The order is always: the log, then what waits, in the order
 * it was done. When the log moves on, everything that waits is lifted off, the new heads are folded, and what still
 * waits is laid again on what is now there. So once nothing waits, the workbook is the log's.
 */
export interface Overlay<Change extends Waiting = Waiting> {
  readonly workbook: Workbook.Workbook;
  readonly waiting: readonly Change[];
  /**
   * Lays a change on top. DomainError as by `check`, and then nothing has changed. Of an undo, as on the server, records
   * that would break a rule are left out.
   */
  add(change: Change): Workbook.Touched;
  /** Folds the next heads of the log; waiting changes found in them are no longer waiting. */
  fold(heads: readonly Workbook.Committed[]): Effect;
  /** Takes a change off again that the server refused. */
  drop(id: string): Effect;
  /** Replaces several waiting changes, which follow one another, by one that does the same. */
  replace(ids: readonly string[], change: Change): Effect;
  /** What lies on top of a change just now: its operations, complete; undefined when it could not be laid. */
  laid(id: string): readonly Operation[] | undefined;
}

interface Layer<Change extends Waiting = Waiting> {
  readonly change: Change;
  /** Undefined when it does not fit what is there now; the server will say why. */
  readonly laid: Provisional.Provisional | undefined;
}

export function createOverlay<Change extends Waiting = Waiting>(
  workbook: Workbook.Workbook,
  actor: string,
  rules: Rules,
  waiting: readonly Change[] = [],
): Overlay<Change> {
  let layers: Layer<Change>[] = [];

  function lay(change: Change, onInvalid: "throw" | "refuse"): Provisional.Provisional {
    const { operations } = check(workbook, { operations: change.operations }, rules, {
      onInvalid,
    });
    return Provisional.lay(workbook, { id: change.id, actor, at: change.at, operations });
  }

  function layAgain(change: Change): Layer<Change> {
    try {
      return { change, laid: lay(change, "refuse") };
    } catch (error) {
      if (!isDomainError(error)) throw error;
      return { change, laid: undefined };
    }
  }

  /** Lifts everything off, lets `middle` change what is below and what waits, lays the rest again. */
  function rebase(middle: () => void): Omit<Effect, "remote"> {
    const before = seen(workbook, layers);
    for (const { laid } of layers.toReversed()) if (laid) Provisional.lift(laid);
    middle();
    layers = layers.map(({ change }) => layAgain(change));
    return compare(workbook, before, layers);
  }

  for (const change of waiting) layers.push(layAgain(change));

  return {
    workbook,
    get waiting() {
      return layers.map(({ change }) => change);
    },
    add(change) {
      const laid = lay(change, change.source === "undo" ? "refuse" : "throw");
      layers.push({ change, laid });
      return laid.touched;
    },
    fold(heads) {
      const own = new Set(layers.map(({ change }) => change.id));
      const remote: Parameters<typeof Provisional.join>[0] = new Map();
      const foldAll = () => {
        for (const head of heads) {
          const touched = Workbook.apply(workbook, head);
          Provisional.join(remote, without(workbook, touched, head, own));
        }
      };
      if (layers.length === 0) {
        foldAll();
        return { moved: false, remote, settled: new Map() };
      }
      const effect = rebase(() => {
        foldAll();
        const confirmed = new Set(heads.flatMap((head) => head.changesets.map(({ id }) => id)));
        layers = layers.filter(({ change }) => !confirmed.has(change.id));
      });
      return { ...effect, remote };
    },
    drop(id) {
      const effect = rebase(() => {
        layers = layers.filter(({ change }) => change.id !== id);
      });
      return { ...effect, remote: new Map() };
    },
    replace(ids, change) {
      const effect = rebase(() => {
        const gone = new Set(ids);
        const at = layers.findIndex((layer) => gone.has(layer.change.id));
        layers = layers.filter((layer) => !gone.has(layer.change.id));
        layers.splice(Math.max(at, 0), 0, { change, laid: undefined });
      });
      return { ...effect, remote: new Map() };
    },
    laid: (id) => layers.find(({ change }) => change.id === id)?.laid?.operations,
  };
}

/** Plain maps and not an object for each row: a change of every row is laid on like any other. */
interface SeenRows {
  readonly ids: Map<number, string>;
  readonly dead: Set<number>;
}

/** Rows the layers concern, and what stood there. */
interface Seen {
  readonly rows: Map<string, SeenRows>;
  readonly fields: Map<string, Set<string>>;
  readonly schema: Set<string>;
}

function seen(workbook: Workbook.Workbook, layers: readonly Layer[]): Seen {
  const all: Seen = { rows: new Map(), fields: new Map(), schema: new Set() };
  for (const { laid } of layers) {
    for (const [sheet, touched] of laid?.touched ?? []) {
      if (touched.schema) all.schema.add(sheet);
      const fields = entry(all.fields, sheet, () => new Set<string>());
      for (const field of touched.fields) fields.add(field);
      const table = workbook.sheets.get(sheet);
      if (table === undefined) continue;
      const { ids, dead } = entry(all.rows, sheet, () => ({ ids: new Map(), dead: new Set() }));
      for (const list of lists(touched)) {
        for (const row of list) {
          ids.set(row, table.ids[row] as string);
          if (!Workbook.isLive(table, row)) dead.add(row);
        }
      }
    }
  }
  return all;
}

function compare(
  workbook: Workbook.Workbook,
  before: Seen,
  layers: readonly Layer[],
): Omit<Effect, "remote"> {
  const after = seen(workbook, layers);
  const settled = new Map<string, Workbook.TouchedSheet>();
  let moved = false;
  for (const sheet of new Set([
    ...before.schema,
    ...after.schema,
    ...before.rows.keys(),
    ...after.rows.keys(),
  ])) {
    const was = before.rows.get(sheet);
    const is = after.rows.get(sheet);
    const table = workbook.sheets.get(sheet);
    const touched: Workbook.TouchedSheet = {
      schema: before.schema.has(sheet) || after.schema.has(sheet),
      created: [],
      changed: [],
      deleted: [],
      restored: [],
      fields: new Set([...(before.fields.get(sheet) ?? []), ...(after.fields.get(sheet) ?? [])]),
    };
    settled.set(sheet, touched);
    const rows = new Set(was?.ids.keys());
    for (const row of is?.ids.keys() ?? []) rows.add(row);
    for (const row of Int32Array.from(rows).sort()) {
      const old = was?.ids.get(row);
      const there = table !== undefined && row < table.ids.length;
      const live = there && Workbook.isLive(table, row);
      if (old === undefined) {
        // Laid again in a row that was not its own before.
        if (there) moved = true;
      } else if (!there) touched.deleted.push(row);
      else if (table.ids[row] !== old) moved = true;
      else if (live !== was?.dead.has(row)) touched.changed.push(row);
      else (live ? touched.restored : touched.deleted).push(row);
    }
  }
  return { moved, settled };
}

/** What a head touched, leaving out the rows of own changesets in it. */
function without(
  workbook: Workbook.Workbook,
  touched: Workbook.Touched,
  head: Workbook.Committed,
  own: ReadonlySet<string>,
): Workbook.Touched {
  const mine = head.changesets.filter(({ id }) => own.has(id));
  if (mine.length === 0) return touched;
  if (mine.length === head.changesets.length) return new Map();
  const rows = new Map<string, Set<number>>();
  for (const operation of mine.flatMap((changeset: Changeset) => changeset.operations)) {
    if (!("ids" in operation)) continue;
    const table = Workbook.table(workbook, operation.sheet);
    const set = entry(rows, operation.sheet, () => new Set<number>());
    for (const id of operation.ids) {
      const row = table.rowById.get(id);
      if (row !== undefined) set.add(row);
    }
  }
  const rest = new Map<string, Workbook.TouchedSheet>();
  for (const [sheet, all] of touched) {
    const gone = rows.get(sheet);
    const keep = (list: readonly number[]) => list.filter((row) => !gone?.has(row));
    rest.set(sheet, {
      ...all,
      created: keep(all.created),
      changed: keep(all.changed),
      deleted: keep(all.deleted),
      restored: keep(all.restored),
    });
  }
  return rest;
}

function lists(touched: Workbook.TouchedSheet): readonly (readonly number[])[] {
  return [touched.created, touched.changed, touched.deleted, touched.restored];
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let found = map.get(key);
  if (found === undefined) map.set(key, (found = make()));
  return found;
}
