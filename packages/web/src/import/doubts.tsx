import { For, Show } from "solid-js";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import type { PlanView } from "./messages.ts";
import type { ImportSession } from "./session.ts";
import { count, counted } from "./words.ts";
import styles from "./doubts.module.css";

/** New rows that look like what is there or like each other: the same, or really new? New unless somebody says otherwise. */
export function Doubts(props: { session: ImportSession; plan: PlanView }) {
  const session = props.session;
  const noun = () => session.sheet()?.singular ?? "record";
  const nouns = () => session.sheet()?.name.toLowerCase() ?? "records";
  const all = () => props.plan.inDoubt;
  const same = () => all().filter(([row]) => session.same().has(row)).length;
  /** "3 rows look like contacts you have, 2 like another row of the file" */
  const headline = () => {
    const inFile = all().filter(([, like]) => like.startsWith("row ")).length;
    const there = all().length - inFile;
    const ofFile = "another row of the file";
    if (there === 0) return `${counted(inFile, "row looks", "rows look")} like ${ofFile}`;
    const first = `${counted(there, "row looks", "rows look")} like ${there === 1 ? `a ${noun()}` : nouns()} you have`;
    return inFile === 0 ? first : `${first}, ${count(inFile)} like ${ofFile}`;
  };
  const decide = (rows: readonly (readonly [number, string])[], isSame: boolean) => {
    const next = new Map(session.same());
    for (const [row, id] of rows) {
      if (isSame) next.set(row, id);
      else next.delete(row);
    }
    session.setSame(next);
    void session.makePlan();
  };

  return (
    <>
      <Show when={props.plan.uncompared}>
        {(records) => (
          <Notice kind="info">
            Rows were not compared with the {nouns()} you have: {count(records())} are more than a
            preview compares (120,000). Rows with the same{" "}
            {session.plan()?.fields.find(({ type }) => type === "email")?.name ?? "key"} still
            become one. Look at Duplicates after the import.
          </Notice>
        )}
      </Show>
      <Show when={all().length > 0}>
        <section class={styles.root} aria-label="In doubt">
          <header>
            <div>
              <h3>{headline()}</h3>
              <p>
                One that is the same fills in what is blank there and replaces nothing; the others
                are added.{" "}
                {same() === 0 ? "All are new so far." : `${count(same())} are the same so far.`}
              </p>
            </div>
            <Button
              size="small"
              disabled={same() === all().length}
              onClick={() => decide(all(), true)}
            >
              All are the same
            </Button>
            <Button size="small" disabled={same() === 0} onClick={() => decide(all(), false)}>
              All are new
            </Button>
          </header>
          <ul>
            <For each={props.plan.doubts}>
              {(doubt) => (
                <li>
                  <div>
                    <b>{doubt.title}</b> in row {count(doubt.row + 1)} looks like{" "}
                    <b>{doubt.likeTitle}</b>
                    {doubt.likeRow === undefined ? "" : ` in row ${count(doubt.likeRow + 1)}`}
                    <small>
                      {Math.min(99, Math.round(doubt.probability * 100))} % sure ·{" "}
                      {doubt.reasons.join(" · ")}
                    </small>
                  </div>
                  <fieldset>
                    <legend class="spoken">
                      {doubt.title} in row {doubt.row + 1}
                    </legend>
                    <label>
                      <input
                        type="radio"
                        name={`doubt-${doubt.row}`}
                        checked={session.same().has(doubt.row)}
                        onChange={() => decide([[doubt.row, doubt.like]], true)}
                      />
                      Same {noun()}
                    </label>
                    <label>
                      <input
                        type="radio"
                        name={`doubt-${doubt.row}`}
                        checked={!session.same().has(doubt.row)}
                        onChange={() => decide([[doubt.row, doubt.like]], false)}
                      />
                      New
                    </label>
                  </fieldset>
                </li>
              )}
            </For>
          </ul>
          <Show when={all().length > props.plan.doubts.length}>
            <p class={styles.more}>
              and {count(all().length - props.plan.doubts.length)} more, which go by “All are the
              same” or “All are new”
            </p>
          </Show>
        </section>
      </Show>
    </>
  );
}
