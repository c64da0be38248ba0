import {
  createEffect,
  createMemo,
  createSignal,
  on,
  onCleanup,
  untrack,
  type Accessor,
} from "solid-js";
import type { Refitted } from "@gridfolk/core/dedupe/refit";
import type { Reason } from "@gridfolk/core/dedupe/reasons";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { isSeparate } from "@gridfolk/core/merge/separate";
import { inWords } from "../data/api.ts";
import type { Workspace } from "../data/workspace.ts";
import { type LikenessClient, makeLikenessClient } from "./likeness-client.ts";
import type { Candidate, Certainty, Found } from "./likeness-messages.ts";

/** What of a sheet is there more than once, as far as it still is. */
export interface Review {
  readonly state: Accessor<"looking" | "there" | "failed">;
  readonly problem: Accessor<string>;
  /** Of the certainty that is looked at: those of which two records or more are still there, and that nobody said are separate. */
  readonly queue: Accessor<readonly Candidate[]>;
  /** What people's decisions moved in this look. */
  readonly learned: Accessor<Refitted | undefined>;
  /** Whether the look found anything, decided since or not. */
  readonly foundAny: Accessor<boolean>;
  readonly counts: Accessor<Readonly<Record<Certainty, number>>>;
  /** What is open for all of a certainty. */
  of(certainty: Certainty): readonly Candidate[];
  /** Looks through all records again. */
  again(): void;
  why(candidate: Candidate): Promise<readonly Reason[]>;
}

export function createReview(
  workspace: Workspace,
  sheet: Accessor<string>,
  certainty: Accessor<Certainty>,
  /** One record, where only those are asked for that look like it. */
  of: Accessor<string | undefined>,
): Review {
  const [state, setState] = createSignal<"looking" | "there" | "failed">("looking");
  const [problem, setProblem] = createSignal("");
  const [learned, setLearned] = createSignal<Refitted>();
  const [candidates, setCandidates] = createSignal<readonly Candidate[]>([]);
  let client: LikenessClient | undefined;

  async function look(): Promise<void> {
    client?.close();
    const own = makeLikenessClient(workspace, sheet());
    client = own;
    setState("looking");
    try {
      const one = of();
      const found =
        one === undefined
          ? await own.review()
          : { candidates: pairsWith(one, await own.alike(one, LEAST)), learned: undefined };
      if (client !== own) return;
      setCandidates(found.candidates);
      setLearned(found.learned);
      setState("there");
    } catch (error) {
      if (client !== own) return;
      setProblem(inWords(error));
      setState("failed");
    }
  }
  createEffect(on([sheet, of], () => void untrack(look)));
  onCleanup(() => client?.close());

  /** Everything that is still to be decided; a merge, a decision or somebody else's delete takes it away. */
  const open = createMemo(() => {
    workspace.version();
    const table = workspace.workbook.sheets.get(sheet());
    if (table === undefined) return [];
    return candidates().flatMap((candidate) => openOf(workspace.workbook, table, candidate));
  });
  const by = createMemo(() => {
    const all: Record<Certainty, Candidate[]> = { sure: [], likely: [], maybe: [] };
    for (const candidate of open()) all[candidate.certainty].push(candidate);
    return all;
  });

  return {
    state,
    problem,
    learned,
    foundAny: () => candidates().length > 0,
    queue: () => (of() === undefined ? by()[certainty()] : open()),
    counts: () => {
      const { sure, likely, maybe } = by();
      return { sure: sure.length, likely: likely.length, maybe: maybe.length };
    },
    of: (wanted) => by()[wanted],
    again: () => void look(),
    async why(candidate) {
      const { ids } = candidate;
      const known = reasonsOf.get(candidate);
      if (known !== undefined) return known;
      const [first = "", ...others] = ids;
      const all: Reason[] = [];
      for (const other of others.slice(0, 3)) {
        // oxlint-disable-next-line no-await-in-loop -- the worker does one after the other anyway
        all.push(...((await client?.why(first, other)) ?? []));
      }
      const seen = new Set<string>();
      return all.filter(({ words }) => !seen.has(words) && seen.add(words));
    },
  };
}

/** What was said of pairs with one record when they were found. */
const reasonsOf = new WeakMap<Candidate, readonly Reason[]>();

/** From these probabilities on a pair is called so; of one record all pairs are looked at by a person anyway. */
const SURE = 0.995;
const LEAST = 0.2;
const LIKELY = 0.5;

function pairsWith(id: string, found: readonly Found[]): readonly Candidate[] {
  return found.map((one): Candidate => {
    const { probability } = one;
    const certainty = probability >= SURE ? "sure" : probability >= LIKELY ? "likely" : "maybe";
    const candidate = { ids: [id, one.id], certainty, probability } as const;
    reasonsOf.set(candidate, one.reasons);
    return candidate;
  });
}

/** The candidate without records that are gone; nothing where one is left, or where all of it is said to be separate. */
export function openOf(
  workbook: Workbook.Workbook,
  table: Workbook.Table,
  candidate: Candidate,
): readonly Candidate[] {
  const ids = candidate.ids.filter((id) => {
    const row = table.rowById.get(id);
    return row !== undefined && Workbook.isLive(table, row);
  });
  // A record that is kept separate from every other one is no part of it any more.
  const left = ids.filter((id) =>
    ids.some((other) => other !== id && !isSeparate(workbook, table.key, id, other)),
  );
  if (left.length < 2) return [];
  return [left.length === candidate.ids.length ? candidate : { ...candidate, ids: left }];
}
