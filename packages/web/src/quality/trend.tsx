import * as v from "valibot";
import { createEffect, createSignal, For, on, onCleanup, Show } from "solid-js";
import { assess } from "@gridfolk/core/quality/assess";
import { call } from "../data/api.ts";
import type { Workspace } from "../data/workspace.ts";
import styles from "./quality.module.css";

/** Weeks ago, the oldest first. */
const WEEKS = [12, 8, 4, 3, 2, 1] as const;
const WEEK_MS = 7 * 86_400_000;

interface Point {
  readonly weeks: number;
  readonly score: number;
}

/**
 * How the score was: the sheet is looked at as it was then, from what the log keeps, the nearest time first. Once known, a former score stays
 * known on this machine.
 */
export function Trend(props: {
  workspace: Workspace;
  sheet: string;
  now: number;
  /** Seq of the last change not after a time; from the log when absent. */
  seqAt?: (at: number) => Promise<number | undefined>;
}) {
  const [points, setPoints] = createSignal<readonly Point[]>([]);
  createEffect(
    on(
      () => props.sheet,
      (sheet) => {
        let isOver = false;
        onCleanup(() => {
          isOver = true;
        });
        setPoints([]);
        void (async () => {
          for (const weeks of WEEKS.toReversed()) {
            // oxlint-disable-next-line no-await-in-loop -- one look at the past at a time
            const score = await scoreAgo(
              props.workspace,
              sheet,
              weeks,
              props.seqAt ?? ((at) => seqInLog(props.workspace.id, at)),
            );
            if (isOver) return;
            // Before the first row there was nothing to judge, and so it was before that.
            if (score === undefined) return;
            setPoints((all) => [{ weeks, score }, ...all]);
          }
        })();
      },
    ),
  );
  const all = () => [...points(), { weeks: 0, score: props.now }];
  return (
    <Show when={points().length > 0}>
      <ol class={styles.trend} aria-label="The score over time">
        <For each={all()}>
          {({ weeks, score }) => (
            <li>
              <b>{score}</b>
              <span class={styles.bar} aria-hidden={true}>
                <i style={{ "block-size": `${Math.max(3, score)}%` }} />
              </span>
              <small>{agoWords(weeks)}</small>
            </li>
          )}
        </For>
      </ol>
    </Show>
  );
}

function agoWords(weeks: number): string {
  return weeks === 0 ? "now" : weeks === 1 ? "1 week ago" : `${weeks} weeks ago`;
}

/** Undefined where there was nothing then, or where it is no longer kept. */
async function scoreAgo(
  workspace: Workspace,
  sheet: string,
  weeks: number,
  seqAt: (at: number) => Promise<number | undefined>,
): Promise<number | undefined> {
  const at = Date.now() - weeks * WEEK_MS;
  // Without a network there is no past to look at either.
  const seq = await seqAt(at).catch(() => undefined);
  if (seq === undefined) return undefined;
  const key = `gridfolk:quality:${workspace.id}:${sheet}:${seq}`;
  const known = localStorage.getItem(key);
  if (known !== null) return Number(known);
  try {
    const past = await workspace.past(seq);
    const table = past.workbook.sheets.get(sheet);
    const score = table === undefined ? undefined : assess(table, at).score;
    past.close();
    if (score !== undefined) localStorage.setItem(key, String(score));
    return score;
  } catch {
    return undefined;
  }
}

const Listed = v.object({ changesets: v.array(v.object({ seq: v.number() })) });

/** Only the log knows every change: a record tells of its first and last alone. */
async function seqInLog(workspace: string, at: number): Promise<number | undefined> {
  const query = new URLSearchParams({ to: new Date(at).toISOString(), limit: "20" });
  const path = `/api/workspaces/${encodeURIComponent(workspace)}/changesets?${query}`;
  return v.parse(Listed, await call("GET", path)).changesets[0]?.seq;
}
