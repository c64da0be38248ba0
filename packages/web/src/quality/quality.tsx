import ChevronRight from "lucide-solid/icons/chevron-right";
import CircleCheck from "lucide-solid/icons/circle-check";
import CircleOff from "lucide-solid/icons/circle-off";
import Clock from "lucide-solid/icons/clock-alert";
import Copy from "lucide-solid/icons/copy";
import Split from "lucide-solid/icons/split";
import TriangleAlert from "lucide-solid/icons/triangle-alert";
import UserX from "lucide-solid/icons/user-x";
import { createEffect, createMemo, createSignal, For, on, onMount, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Aspect } from "@gridfolk/core/quality/assess";
import { useShell } from "../app/shell.ts";
import type { Icon } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { createAssessment, createDuplicates, type Twice } from "./figures.ts";
import { RowList, type Listed } from "./row-list.tsx";
import { Trend } from "./trend.tsx";
import styles from "./quality.module.css";

const ICONS: { readonly [aspect in Aspect]: Icon } = {
  missing: CircleOff,
  malformed: TriangleAlert,
  inconsistent: Split,
  unowned: UserX,
  stale: Clock,
};
const KINDS: { readonly [aspect in Aspect]: string } = {
  missing: "Missing",
  malformed: "Malformed",
  inconsistent: "Inconsistent",
  unowned: "Unowned",
  stale: "Stale",
};

/** How good the data of each sheet is, what there is to mend, and the rows of every number. */
export function Quality() {
  const shell = useShell();
  const { workspace } = shell;
  const sheets = () => workspace.sheets();
  const [chosen, setChosen] = createSignal<string>();
  const sheet = () =>
    sheets().find(({ key }) => key === chosen()) ??
    sheets().find(({ key }) => key === "contacts") ??
    sheets()[0];
  const key = createMemo(() => sheet()?.key ?? "");
  const noun = () => sheet()?.singular ?? "row";
  const assessment = createAssessment(workspace, key);
  const twice = createDuplicates(workspace, key);
  const [open, setOpen] = createSignal<string>();
  createEffect(on(key, () => setOpen(undefined), { defer: true }));
  onMount(() => workspace.setPresence({}));

  const number = (count: number) => count.toLocaleString(workspace.locale().locale);
  const records = () => assessment()?.records ?? 0;

  /** What is listed on the right, as it is now: rows that were mended leave it. */
  const listed = createMemo((): Listed | undefined => {
    const at = open();
    if (at === "twice") {
      const groups = groupsOf(twice());
      return groups === undefined
        ? undefined
        : { title: "Seem to be there twice", groups, field: undefined };
    }
    const finding = assessment()?.findings.find(({ words }) => words === at);
    return finding === undefined
      ? undefined
      : { title: finding.words, why: finding.why, rows: finding.rows, field: finding.field };
  });
  const twiceCount = () => groupsOf(twice())?.reduce((sum, ids) => sum + ids.length, 0) ?? 0;

  return (
    <div class={styles.root}>
      <div class={styles.inner}>
        <h1>Data quality</h1>
        <Tabs
          label="Sheets"
          panel="quality-sheet"
          tabs={sheets().map(({ key, name }) => ({ key, label: name }))}
          selected={key()}
          onSelect={setChosen}
        />
        <div id="quality-sheet" role="tabpanel" aria-label={sheet()?.name} class={styles.panel}>
          <Show
            when={assessment()?.score !== undefined}
            fallback={
              <Empty title={`No ${sheet()?.name.toLowerCase() ?? "rows"} yet`}>
                As soon as there are rows, this page says what is missing, malformed or there twice.
              </Empty>
            }
          >
            <section class={styles.score} aria-label="Score">
              <div class={styles.figure} data-level={levelOf(assessment()?.score ?? 0)}>
                <b>{assessment()?.score}</b>
                <span>of 100</span>
              </div>
              <p>
                {number(assessment()?.whole ?? 0)} of {number(records())}{" "}
                {sheet()?.name.toLowerCase()} have nothing to mend.
              </p>
              <Trend workspace={workspace} sheet={key()} now={assessment()?.score ?? 0} />
            </section>
            <div class={styles.columns} data-open={listed() === undefined ? undefined : ""}>
              <ul class={styles.findings} aria-label="What to mend">
                <Twin twice={twice()} count={twiceCount()} />
                <For
                  each={assessment()?.findings}
                  fallback={
                    <li class={styles.fine}>
                      <CircleCheck size={18} aria-hidden={true} />
                      Nothing is missing, malformed, inconsistent, unowned or stale.
                    </li>
                  }
                >
                  {(finding) => (
                    <li>
                      <button
                        type="button"
                        aria-pressed={open() === finding.words}
                        onClick={() => toggle(finding.words)}
                      >
                        <Dynamic component={ICONS[finding.aspect]} size={17} aria-hidden={true} />
                        <span class={styles.words}>
                          {finding.words}
                          <small>
                            {KINDS[finding.aspect]}
                            {finding.why === undefined ? "" : ` · ${finding.why}`}
                          </small>
                        </span>
                        <b>{number(finding.rows.length)}</b>
                        <ChevronRight size={16} aria-hidden={true} />
                        <span
                          class={styles.share}
                          aria-hidden={true}
                          style={{
                            "inline-size": `${(100 * finding.rows.length) / Math.max(1, records())}%`,
                          }}
                        />
                      </button>
                    </li>
                  )}
                </For>
              </ul>
              <Show when={listed()}>
                {(list) => (
                  <RowList
                    shell={shell}
                    sheet={key()}
                    noun={noun()}
                    list={list()}
                    onClose={() => setOpen(undefined)}
                  />
                )}
              </Show>
            </div>
          </Show>
        </div>
      </div>
    </div>
  );

  function toggle(what: string): void {
    setOpen(open() === what ? undefined : what);
  }

  function Twin(props: { twice: Twice; count: number }) {
    const words = () => {
      switch (props.twice.state) {
        case "looking":
          return "Looking for rows that are there twice…";
        case "failed":
          return "Whether rows are there twice could not be found out";
        case "found":
          return props.count === 0 ? "Nothing seems to be there twice" : "Seem to be there twice";
      }
    };
    const groups = () => groupsOf(props.twice)?.length ?? 0;
    return (
      <li>
        <button
          type="button"
          disabled={props.count === 0}
          aria-pressed={open() === "twice"}
          onClick={() => toggle("twice")}
        >
          <Copy size={17} aria-hidden={true} />
          <span class={styles.words}>
            {words()}
            <small>
              Duplicates
              {props.count === 0
                ? ""
                : ` · ${number(groups())} ${groups() === 1 ? "group" : "groups"}`}
            </small>
          </span>
          <b>{props.twice.state === "found" ? number(props.count) : ""}</b>
          <ChevronRight size={16} aria-hidden={true} />
          <span
            class={styles.share}
            aria-hidden={true}
            style={{ "inline-size": `${(100 * props.count) / Math.max(1, records())}%` }}
          />
        </button>
      </li>
    );
  }
}

function groupsOf(twice: Twice): readonly (readonly string[])[] | undefined {
  return twice.state === "found" ? twice.groups : undefined;
}

/** Colour goes with words and the number itself. */
function levelOf(score: number): "good" | "fair" | "poor" {
  return score >= 90 ? "good" : score >= 60 ? "fair" : "poor";
}
