import { For, Show } from "solid-js";
import { Button } from "../ui/button.tsx";
import type { PlanView } from "./messages.ts";
import type { ImportSession } from "./session.ts";
import { count, counted } from "./words.ts";
import styles from "./doubts.module.css";

/** New rows that look like what is there: the same, or really new? New unless somebody says otherwise. */
export function Doubts(props: { session: ImportSession; plan: PlanView }) {
  const session = props.session;
  const noun = () => session.sheet()?.singular ?? "record";
  const nouns = () => session.sheet()?.name.toLowerCase() ?? "records";
  const all = () => props.plan.inDoubt;
  const same = () => all().filter(([row]) => session.same().has(row)).length;
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
    <Show when={all().length > 0}>
      <section class={styles.root} aria-label="In doubt">
        <header>
          <div>
            <h3>
              {counted(all().length, "row looks", "rows look")} like{" "}
              {all().length === 1 ? `a ${noun()}` : nouns()} you have
            </h3>
            <p>
              One that is the same fills in what is blank there and replaces nothing.{" "}
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
  );
}
