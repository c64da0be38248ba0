import ArrowLeft from "lucide-solid/icons/arrow-left";
import CircleCheck from "lucide-solid/icons/circle-check";
import Merge from "lucide-solid/icons/merge";
import RotateCcw from "lucide-solid/icons/rotate-ccw";
import TriangleAlert from "lucide-solid/icons/triangle-alert";
import {
  createEffect,
  createMemo,
  createResource,
  createSignal,
  Match,
  on,
  onCleanup,
  onMount,
  Show,
  Switch,
} from "solid-js";
import { useSearchParams } from "@solidjs/router";
import { can } from "@gridfolk/core/access/role";
import { isDomainError } from "@gridfolk/core/error";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { planMerge, type MergePlan } from "@gridfolk/core/merge/merge";
import { planSeparate } from "@gridfolk/core/merge/separate";
import { labelOf } from "@gridfolk/core/sheet/title";
import { toastWithUndo } from "../app/sheet-actions.ts";
import { useShell } from "../app/shell.ts";
import { browserPlatform } from "../data/platform.ts";
import { words } from "../grid/cell-content.ts";
import { currentNames, liveFields } from "../grid/sheet-context.ts";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { SelectField } from "../ui/field.tsx";
import { showProblem } from "../ui/problem.ts";
import { Tabs } from "../ui/tabs.tsx";
import { BulkMerge, RULE } from "./bulk-merge.tsx";
import { above } from "./certainty.ts";
import { Learned } from "./learned.tsx";
import type { Candidate, Certainty } from "./likeness-messages.ts";
import { MOST_SEPARATE, ReviewCard } from "./review-card.tsx";
import { createReview } from "./review.ts";
import { sendMerge } from "./send-merge.ts";
import styles from "./duplicates.module.css";

const CERTAINTIES: readonly {
  readonly key: Certainty;
  readonly name: string;
  readonly about: string;
}[] = [
  { key: "sure", name: "Sure", about: "Of a thousand such pairs at most a few are wrong." },
  { key: "likely", name: "Likely", about: "More likely the same than not. Have a look." },
  { key: "maybe", name: "Maybe", about: "Mostly not the same, but worth a look." },
];
/** What a sheet holds more than once: looked at pair by pair, or merged where it is sure. */
export function Duplicates() {
  const shell = useShell();
  const { workspace } = shell;
  const sheets = () => workspace.sheets();
  const [query, setQuery] = useSearchParams<{ sheet?: string; of?: string }>();
  const sheet = () =>
    sheets().find(({ key }) => key === query.sheet) ??
    sheets().find(({ key }) => key === "contacts") ??
    sheets()[0];
  const key = createMemo(() => sheet()?.key ?? "");
  const [certainty, setCertainty] = createSignal<Certainty>("sure");
  const of = createMemo(() => query.of);
  const review = createReview(workspace, key, certainty, of);
  const [at, setAt] = createSignal(0);
  const [values, setValues] = createSignal<Readonly<Record<string, string>>>({});
  const [bulk, setBulk] = createSignal<readonly Candidate[]>();
  const [said, say] = createSignal("");
  const mayWrite = () => can(workspace.me().role, "write");
  const number = (count: number) => count.toLocaleString(workspace.locale().locale);
  const names = currentNames(workspace);
  const look = () => ({ locale: workspace.locale(), names, searched: [] });
  onMount(() => workspace.setPresence({}));

  const noun = () => sheet()?.name.toLowerCase() ?? "rows";
  const place = () => Math.min(at(), Math.max(0, review.queue().length - 1));
  const candidate = createMemo(() => review.queue()[place()], undefined, { equals: same });
  createEffect(on([key, certainty, of], () => setAt(0), { defer: true }));
  createEffect(
    on(candidate, () => {
      names.forget();
      setValues({});
    }),
  );
  // The first queue that has something.
  createEffect(
    on(review.state, (state) => {
      if (state !== "there" || of() !== undefined || review.queue().length > 0) return;
      const full = CERTAINTIES.find((one) => review.of(one.key).length > 0);
      if (full !== undefined) setCertainty(full.key);
    }),
  );

  const table = () => Workbook.table(workspace.workbook, key());
  const plan = createMemo((): MergePlan | undefined => {
    workspace.version();
    const now = candidate();
    if (now === undefined) return undefined;
    try {
      return planMerge(workspace.workbook, key(), now.ids, { values: values() }, browserPlatform);
    } catch (error) {
      // Somebody deleted one of them just now: the queue follows.
      if (isDomainError(error)) return undefined;
      throw error;
    }
  });
  const [reasons] = createResource(candidate, (now) => review.why(now));

  function tell(label: string, changeset: string): void {
    say(label);
    toastWithUndo(workspace, label, changeset);
  }
  const [busy, setBusy] = createSignal(false);
  /**
   * By the server, on the workbook as it is then: two people who merge the same records at once must not put both into the
   * trash. Answers whether it was done.
   */
  async function mergeThere(asked: object): Promise<boolean> {
    if (busy() || !mayWrite()) return false;
    setBusy(true);
    try {
      const { label, changeset } = await sendMerge(workspace, key(), asked);
      tell(label, changeset);
      await workspace.refresh();
      return true;
    } catch (error) {
      showProblem(error);
      void workspace.refresh();
      return false;
    } finally {
      setBusy(false);
    }
  }
  function merge(): void {
    const now = candidate();
    if (now !== undefined) void mergeThere({ ids: now.ids, values: values() });
  }
  function separate(): void {
    const now = candidate();
    if (now === undefined || !mayWrite() || now.ids.length > MOST_SEPARATE) return;
    try {
      const { operations, label } = planSeparate(
        workspace.workbook,
        key(),
        now.ids,
        browserPlatform,
      );
      const sent = workspace.commit(operations, label, { source: "merge" });
      if (sent !== undefined) tell(label, sent.id);
    } catch (error) {
      showProblem(error);
    }
  }
  const step = (by: number) => {
    const last = review.queue().length - 1;
    setAt(Math.max(0, Math.min(last, place() + by)));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (bulk() !== undefined || document.querySelector("dialog[open]") !== null) return;
    const { target } = event;
    if (target instanceof HTMLElement && target.matches("input, select, textarea")) return;
    const inTabs = target instanceof HTMLElement && target.closest("[role=tablist]") !== null;
    const keys: { readonly [key: string]: () => void } = {
      j: () => step(1),
      k: () => step(-1),
      m: merge,
      s: separate,
      ...(inTabs ? {} : { ArrowRight: () => step(1), ArrowLeft: () => step(-1) }),
    };
    const run = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (run === undefined) return;
    event.preventDefault();
    run();
  };
  window.addEventListener("keydown", onKeyDown);
  onCleanup(() => window.removeEventListener("keydown", onKeyDown));

  return (
    <div class={styles.root}>
      <div class={styles.inner}>
        <header class={styles.head}>
          <h1>{of() === undefined ? "Duplicates" : `Like ${nameOf(of()!)}`}</h1>
          <SelectField
            label="Sheet"
            value={key()}
            options={sheets().map(({ key: value, name }) => ({ value, label: name }))}
            onChange={(to) => setQuery({ sheet: to, of: undefined })}
          />
        </header>
        <Switch>
          <Match when={review.state() === "looking"}>
            <div class={styles.wait} role="status">
              <p>
                Comparing {number(table().live)} {noun()} with{" "}
                {of() === undefined ? "each other" : nameOf(of()!)} …
              </p>
              <progress />
              <p class={styles.note}>You can go on working; nothing is changed by it.</p>
            </div>
          </Match>
          <Match when={review.state() === "failed"}>
            <Empty
              icon={TriangleAlert}
              title="The rows could not be compared"
              actions={<Button onClick={() => review.again()}>Try again</Button>}
            >
              {review.problem()}
            </Empty>
          </Match>
          <Match when={review.state() === "there"}>
            <div class={styles.queues}>
              <Show
                when={of() === undefined}
                fallback={
                  <Button size="small" icon={ArrowLeft} onClick={() => setQuery({ of: undefined })}>
                    All duplicates
                  </Button>
                }
              >
                <Tabs
                  label="How sure"
                  panel="duplicates-queue"
                  tabs={CERTAINTIES.map((one) => ({
                    key: one.key,
                    label: (
                      <>
                        {one.name} <small>{number(review.counts()[one.key])}</small>
                      </>
                    ),
                  }))}
                  selected={certainty()}
                  onSelect={setCertainty}
                />
              </Show>
              <span class={styles.space} />
              <Show when={of() === undefined && mayWrite() && manySure()}>
                <Button
                  size="small"
                  icon={Merge}
                  onClick={() => setBulk([...review.of("sure"), ...review.of("likely")])}
                >
                  Merge many at once
                </Button>
              </Show>
              <Button size="small" variant="quiet" icon={RotateCcw} onClick={() => review.again()}>
                Look again
              </Button>
            </div>
            <Show when={of() === undefined}>
              <p class={styles.note}>{CERTAINTIES.find((one) => one.key === certainty())?.about}</p>
              <Learned
                workspace={workspace}
                sheet={key()}
                learned={review.learned()}
                mayWrite={mayWrite()}
                onForget={(label, changeset) => {
                  tell(label, changeset);
                  review.again();
                }}
              />
            </Show>
            <div id="duplicates-queue" role="tabpanel" aria-label="To be decided">
              <Show
                when={candidate()}
                fallback={
                  <Empty icon={CircleCheck} title={emptyTitle()}>
                    {of() !== undefined
                      ? "Nothing else here looks like it, or it was decided already."
                      : anythingLeft()
                        ? "Look at the other two."
                        : "Whatever is added is compared when you look again."}
                  </Empty>
                }
              >
                {(now) => (
                  <ReviewCard
                    workspace={workspace}
                    sheet={key()}
                    candidate={now()}
                    place={place()}
                    total={review.queue().length}
                    reasons={reasons.latest ?? []}
                    plan={plan()}
                    look={look()}
                    nameOf={nameOf}
                    mayWrite={mayWrite()}
                    busy={busy()}
                    onStep={step}
                    onTake={(field, id) => setValues({ ...values(), [field]: id })}
                    onOpen={(id) => shell.openRecord(key(), id)}
                    onMerge={merge}
                    onSeparate={separate}
                  />
                )}
              </Show>
            </div>
          </Match>
        </Switch>
      </div>
      <div class="spoken" role="status" aria-live="polite">
        {said()}
      </div>
      <Show when={bulk()} keyed>
        {(candidates) => (
          <BulkMerge
            workspace={workspace}
            sheet={key()}
            noun={noun()}
            candidates={candidates}
            nameOf={nameOf}
            differenceOf={differenceOf}
            busy={busy()}
            onMerge={(groups) => {
              void mergeThere({ groups, rule: RULE }).then((done) => done && setBulk(undefined));
            }}
            onClose={() => setBulk(undefined)}
          />
        )}
      </Show>
    </div>
  );

  /** More than one group that could be merged without a look. */
  function manySure(): boolean {
    return above([...review.of("sure"), ...review.of("likely")], 0.95).groups.length > 1;
  }
  function anythingLeft(): boolean {
    return CERTAINTIES.some((one) => review.of(one.key).length > 0);
  }
  function emptyTitle(): string {
    const one = of();
    if (one !== undefined) return `Nothing left like ${nameOf(one)}`;
    const { name } = CERTAINTIES.find((one) => one.key === certainty())!;
    if (anythingLeft()) return `Nothing left under ${name}`;
    const where = sheet()?.name ?? "this sheet";
    return review.foundAny()
      ? `All duplicates in ${where} are decided`
      : `No duplicates found in ${where}`;
  }

  function differenceOf(ids: readonly string[]): string {
    const here = table();
    for (const field of liveFields(here.sheet)) {
      const texts = ids.slice(0, 3).map((id) => {
        const row = here.rowById.get(id);
        return row === undefined ? "" : words(field, Workbook.value(here, row, field.key), look());
      });
      const different = [...new Set(texts.filter((text) => text !== ""))];
      if (different.length > 1) return `${field.name}: ${different.join(" / ")}`;
    }
    return "";
  }

  function nameOf(id: string): string {
    const here = table();
    const row = here.rowById.get(id);
    return row === undefined ? "" : labelOf(here, row, workspace.locale());
  }
}

function same(a: Candidate | undefined, b: Candidate | undefined): boolean {
  return a?.ids.join(" ") === b?.ids.join(" ");
}
