import { createEffect, createMemo, createSignal, on, onCleanup, type Accessor } from "solid-js";
import { assess, type Assessment } from "@gridfolk/core/quality/assess";
import type { Candidate } from "../duplicates/likeness-messages.ts";
import { makeLikenessClient } from "../duplicates/likeness-client.ts";
import { openOf } from "../duplicates/review.ts";
import type { Workspace } from "../data/workspace.ts";

/** So long after a change everything is looked at again. */
const PAUSE_MS = 400;
const AGAIN_MS = 4000;

/** How good a sheet is, now and after every change. Undefined until it was looked at. */
export function createAssessment(
  workspace: Workspace,
  sheet: Accessor<string>,
): Accessor<Assessment | undefined> {
  const settled = createSettled(workspace, PAUSE_MS);
  return createMemo(() => {
    settled();
    const table = workspace.workbook.sheets.get(sheet());
    return table === undefined ? undefined : assess(table, Date.now());
  });
}

export type Twice =
  | { readonly state: "looking" }
  | { readonly state: "failed" }
  /** Ids of records that seem to be of one thing. */
  | { readonly state: "found"; readonly groups: readonly (readonly string[])[] };

/** Which records seem to be there twice; looked for beside the page, again some seconds after a change. */
export function createDuplicates(workspace: Workspace, sheet: Accessor<string>): Accessor<Twice> {
  const [twice, setTwice] = createSignal<Twice>({ state: "looking" });
  const settled = createSettled(workspace, AGAIN_MS);
  createEffect(
    on([sheet, settled], ([key], before) => {
      if (before?.[0] !== key) setTwice({ state: "looking" });
      const client = makeLikenessClient(workspace, key);
      let isOver = false;
      void client
        .review()
        .then(
          ({ candidates }) => {
            const table = workspace.workbook.sheets.get(key);
            if (isOver || table === undefined) return;
            const open = candidates.flatMap((one) => openOf(workspace.workbook, table, one));
            setTwice({ state: "found", groups: groupsOf(open) });
          },
          () => {
            if (!isOver) setTwice({ state: "failed" });
          },
        )
        .finally(() => client.close());
      onCleanup(() => {
        isOver = true;
        client.close();
      });
    }),
  );
  return twice;
}

/** Without pairs that are only worth a look; the largest groups first. */
function groupsOf(candidates: readonly Candidate[]): readonly (readonly string[])[] {
  return candidates
    .flatMap(({ ids, certainty }) => (certainty === "maybe" ? [] : [ids]))
    .toSorted((a, b) => b.length - a.length);
}

/** Moves when nothing has changed for so long. */
function createSettled(workspace: Workspace, pauseMs: number): Accessor<number> {
  const [settled, setSettled] = createSignal(0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = workspace.onChange(() => {
    clearTimeout(timer);
    timer = setTimeout(() => setSettled((times) => times + 1), pauseMs);
  });
  onCleanup(() => {
    stop();
    clearTimeout(timer);
  });
  return settled;
}
