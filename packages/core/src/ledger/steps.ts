import type { Source } from "./changeset.ts";

/** One thing a person did, as their undo remembers it. */
export interface Act {
  readonly id: string;
  /** The id of the act or changeset that this one took back. */
  readonly undoes?: string | undefined;
  /** It took back a part of what was sent as one. */
  readonly partial?: boolean | undefined;
  /** What it took back was no act of this person: somebody else's change, or their program's. */
  readonly foreign?: boolean | undefined;
  /** Changesets of one import are one act: the newest stands for all. */
  readonly import?: string | undefined;
}

/**
 * Whether a changeset is something a person did by hand, and undo takes back: edits, pastes, bulk edits, imports and merges, and
 * what they undid. What a program does in somebody's name (the API, an automation), nobody expects of Ctrl+Z.
 */
export function isStep(source: Source): boolean {
  return source === "grid" || source === "import" || source === "merge" || source === "undo";
}

export interface Stacks<A extends Act> {
  /** What undo takes back, the next one last. */
  readonly done: A[];
  /** Acts of undoing that redo takes back, the next one last. */
  readonly undone: A[];
}

/**
 * What a person can undo and redo after these acts, oldest first. Doing something new forgets what could be redone. An undo
 * takes its step off wherever it stands, and a redo becomes a step; undoing what is no step of one's own is a step itself.
 * It needs only a stretch of the past: what an undo took back and is not in it was before.
 */
export function stacks<A extends Act>(acts: readonly A[]): Stacks<A> {
  const all: Stacks<A> = { done: [], undone: [] };
  for (const act of acts) add(all, act);
  return all;
}

/** Adds the act that follows. */
export function add<A extends Act>({ done, undone }: Stacks<A>, act: A): void {
  if (act.undoes === undefined || act.foreign === true) {
    if (!joinImport(done, act)) done.push(act);
    undone.length = 0;
    return;
  }
  const redone = undone.findLastIndex(({ id }) => id === act.undoes);
  if (redone !== -1) {
    undone.splice(redone, 1);
    done.push(act);
    return;
  }
  const taken = done.findLastIndex(({ id }) => id === act.undoes);
  // Of what was sent as one, the rest can still be taken back.
  if (taken !== -1 && act.partial !== true) done.splice(taken, 1);
  undone.push(act);
}

function joinImport<A extends Act>(done: A[], act: A): boolean {
  if (act.import === undefined || done.at(-1)?.import !== act.import) return false;
  done[done.length - 1] = act;
  return true;
}
