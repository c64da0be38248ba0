import { createEffect, createMemo, createSignal, For, on, onCleanup, Show } from "solid-js";
import { planning, type Group } from "@gridfolk/core/edit/bulk";
import { textOf } from "@gridfolk/core/edit/cell-text";
import type { Cluster, Method } from "@gridfolk/core/edit/cluster";
import { labelOf } from "@gridfolk/core/edit/label";
import type { Field } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contextOf } from "@gridfolk/core/sheet/context";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { isWritable, liveFields } from "../sheet-context.ts";
import { ScopeField } from "./choices.tsx";
import { findClusters } from "./clusters.ts";
import { commitPlan } from "./commit.ts";
import { createDryRun } from "./dry-run.ts";
import { counted, nounOf } from "./noun.ts";
import { Counts } from "./preview.tsx";
import { likelyScope, rowsOf } from "./scope.ts";
import type { Tool, ToolContext } from "./tool.ts";
import styles from "./tools.module.css";

/** Groups on screen at once; more on demand. */
const SHOWN = 60;

/** Types whose values people write in several ways. */
export function isMergeable(field: Field): boolean {
  const types = ["text", "longText", "choice", "email", "url"];
  return isWritable(field) && types.includes(field.type);
}

/** Values of a column that probably mean the same: tick, mend the proposal, and make them one. */
export function MergeDialog(props: { context: ToolContext; tool: Tool & { kind: "merge" } }) {
  const { context, tool } = props;
  const { sheet } = context;
  const { workspace } = sheet;
  const locale = () => workspace.locale().locale;
  const fields = () => liveFields(sheet.sheet()).filter(isMergeable);
  const [scope, setScope] = createSignal(likelyScope(context));
  const [column, setColumn] = createSignal(tool.field);
  const [method, setMethod] = createSignal<Method>("fingerprint");
  const [found, setFound] = createSignal<readonly Cluster[]>();
  const [problem, setProblem] = createSignal<string>();
  const [ticked, setTicked] = createSignal<ReadonlySet<Cluster>>(new Set());
  const [mended, setMended] = createSignal<ReadonlyMap<Cluster, string>>(new Map());
  const [most, setMost] = createSignal(SHOWN);
  const [sending, setSending] = createSignal(false);
  const field = () => fields().find(({ key }) => key === column());
  let looking = new AbortController();

  createEffect(
    on([column, method, scope], () => {
      const of = field();
      looking.abort();
      looking = new AbortController();
      const { signal } = looking;
      setFound(undefined);
      setProblem(undefined);
      setTicked(new Set<Cluster>());
      setMended(new Map<Cluster, string>());
      setMost(SHOWN);
      if (of === undefined) return;
      const table = sheet.table();
      const values = rowsOf(context, scope()).flatMap((row) => {
        const cell = Workbook.value(table, row, of.key);
        return cell === undefined ? [] : [textOf(cell, of, sheet.look())];
      });
      findClusters({ values, method: method() }, signal).then(
        (clusters) => signal.aborted || setFound(clusters),
        (error: unknown) => {
          if (!signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
        },
      );
    }),
  );
  onCleanup(() => looking.abort());

  const proposal = (cluster: Cluster) => mended().get(cluster) ?? cluster.proposal;
  const groups = createMemo((): readonly Group[] =>
    (found() ?? [])
      .filter((cluster) => ticked().has(cluster) && proposal(cluster).trim() !== "")
      .map((cluster) => ({
        values: cluster.values.map(({ value }) => value),
        into: proposal(cluster),
      })),
  );
  const rows = createMemo(() => {
    workspace.version();
    return rowsOf(context, scope());
  });
  const dryRun = createDryRun(workspace, () => {
    const chosen = groups();
    const over = rows();
    if (chosen.length === 0) return undefined;
    return () => {
      const now = Date.now();
      const asking = { ...contextOf(workspace.workbook, { now, me: workspace.me().id }), now };
      const action = { kind: "unify", field: column(), groups: chosen } as const;
      return planning(workspace.workbook, sheet.table(), over, action, asking);
    };
  });
  const records = () => dryRun.result()?.records ?? 0;
  const figures = (number: number) => number.toLocaleString(locale());
  const allTicked = () => (found() ?? []).every((cluster) => ticked().has(cluster));

  async function apply(): Promise<void> {
    if (sending()) return;
    setSending(true);
    const chosen = groups();
    const planned = await dryRun.now();
    setSending(false);
    if (planned === undefined || planned.records === 0) return;
    const noun = counted(planned.records, sheet.sheet(), locale());
    const action = { kind: "unify", field: column(), groups: chosen } as const;
    if (commitPlan(context, planned, labelOf(action, fields(), noun))) context.onClose();
  }
  const tick = (cluster: Cluster, on: boolean) =>
    setTicked((now) => {
      const next = new Set(now);
      if (on) next.add(cluster);
      else next.delete(cluster);
      return next;
    });

  return (
    <Dialog
      title={`Near-equal values of ${field()?.name ?? ""}`}
      size="wide"
      onClose={() => context.onClose()}
      footer={
        <>
          <Button onClick={() => context.onClose()}>Cancel</Button>
          <Button
            variant="primary"
            disabled={records() === 0}
            busy={sending()}
            onClick={() => void apply()}
          >
            {records() === 0 ? "Merge" : `Merge in ${counted(records(), sheet.sheet(), locale())}`}
          </Button>
        </>
      }
    >
      <div class={styles.form}>
        <div class={styles.pair}>
          <SelectField
            label="Column"
            value={column()}
            options={fields().map(({ key, name }) => ({ value: key, label: name }))}
            onChange={setColumn}
          />
          <ScopeField context={context} value={scope()} onChange={setScope} />
        </div>
        <SelectField
          label="Values are near when"
          autofocus
          value={method()}
          options={[
            {
              value: "fingerprint",
              label: "they have the same words, in any order, letters and punctuation",
            },
            { value: "ngram", label: "they differ in spaces as well: New York, NewYork" },
            { value: "distance", label: "they differ by a letter or so: Acme, Acmee" },
          ]}
          onChange={(value) => setMethod(value as Method)}
        />
        <Show when={problem()}>{(text) => <Notice kind="problem">{text()}</Notice>}</Show>
        <Counts
          sheet={sheet}
          dryRun={dryRun}
          rows={rows().length}
          noun={nounOf(sheet.sheet(), rows().length)}
          nothing="Nothing would change."
          waiting={
            found() === undefined
              ? problem() === undefined
                ? "Comparing the values…"
                : "Nothing was compared."
              : found()?.length === 0
                ? "No values are near-equal. Try another way of comparing."
                : `${figures(found()?.length ?? 0)} ${found()?.length === 1 ? "group" : "groups"} found. Tick those that mean the same.`
          }
        />
        <Show when={(found()?.length ?? 0) > 0}>
          <div class={styles.bar}>
            <Button
              size="small"
              onClick={() => setTicked(new Set(allTicked() ? [] : (found() ?? [])))}
            >
              {allTicked() ? "Tick none" : `Tick all ${figures(found()?.length ?? 0)}`}
            </Button>
          </div>
          <ul class={styles.groups} aria-label="Groups of near-equal values">
            <For each={(found() ?? []).slice(0, most())}>
              {(cluster) => (
                <li>
                  <input
                    type="checkbox"
                    aria-label={`Merge ${cluster.values.map(({ value }) => value).join(", ")}`}
                    checked={ticked().has(cluster)}
                    onChange={(event) => tick(cluster, event.currentTarget.checked)}
                  />
                  <ul class={styles.values}>
                    <For each={cluster.values}>
                      {({ value, count }) => (
                        <li>
                          {value} <span>{figures(count)}</span>
                        </li>
                      )}
                    </For>
                  </ul>
                  <input
                    type="text"
                    aria-label={`Becomes, of ${cluster.proposal}`}
                    autocomplete="off"
                    value={proposal(cluster)}
                    onInput={(event) => {
                      const text = event.currentTarget.value;
                      setMended((now) => new Map(now).set(cluster, text));
                      tick(cluster, true);
                    }}
                  />
                </li>
              )}
            </For>
          </ul>
          <Show when={(found()?.length ?? 0) > most()}>
            <Button size="small" onClick={() => setMost(most() + SHOWN)}>
              Show more
            </Button>
          </Show>
        </Show>
      </div>
    </Dialog>
  );
}
