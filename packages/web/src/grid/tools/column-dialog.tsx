import { createMemo, createSignal, For, Index, Match, Show, Switch } from "solid-js";
import {
  planningColumns,
  type ColumnAction,
  type ColumnPlan,
  type Target,
} from "@gridfolk/core/edit/columns";
import type { Extracted } from "@gridfolk/core/edit/extract";
import { partNames, parts, type Split } from "@gridfolk/core/edit/split";
import { textOf } from "@gridfolk/core/edit/cell-text";
import type { Field } from "@gridfolk/core/field/field";
import { keyOf } from "@gridfolk/core/field/fold";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contextOf } from "@gridfolk/core/sheet/context";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Checkbox, Segments, SelectField, TextField } from "../../ui/field.tsx";
import { isWritable, liveFields } from "../sheet-context.ts";
import { Checks, ScopeField } from "./choices.tsx";
import { commitPlan } from "./commit.ts";
import { createDryRun } from "./dry-run.ts";
import { counted, nounOf } from "./noun.ts";
import { Counts, Value } from "./preview.tsx";
import { likelyScope, rowsOf } from "./scope.ts";
import { likelySplit } from "./likely-split.ts";
import { TargetField } from "./target-field.tsx";
import type { Tool, ToolContext } from "./tool.ts";
import styles from "./tools.module.css";

type ColumnTool = Tool & { kind: "split" | "join" | "extract" };

const SAMPLED = 1_000;
const delimiters: readonly { readonly value: string; readonly label: string }[] = [
  { value: ",", label: "Comma" },
  { value: ";", label: "Semicolon" },
  { value: " ", label: "Space" },
  { value: " - ", label: "Hyphen between spaces" },
  { value: "/", label: "Slash" },
  { value: "|", label: "Bar" },
  { value: ":", label: "Colon" },
  { value: "\n", label: "Line break" },
  { value: "\t", label: "Tab" },
];
const OTHER = "other";
const found: Readonly<Record<Extracted, string>> = {
  email: "E-mail addresses",
  phone: "Phone numbers",
  url: "Web addresses",
};
const newName: Readonly<Record<Extracted, string>> = {
  email: "E-mail found",
  phone: "Phone found",
  url: "Web address found",
};

/** Columns made of a column, or a column made of several, with what comes out of ten rows. */
export function ColumnDialog(props: { context: ToolContext; tool: ColumnTool }) {
  const { context, tool } = props;
  const { sheet } = context;
  const { workspace } = sheet;
  const locale = () => workspace.locale().locale;
  const fields = createMemo(() => {
    workspace.version();
    return liveFields(sheet.sheet());
  });
  const writable = () => fields().filter(isWritable);
  const name = (key: string) => fields().find((field) => field.key === key)?.name ?? "";
  const [scope, setScope] = createSignal(likelyScope(context));
  const [fill, setFill] = createSignal(false);
  const [sending, setSending] = createSignal(false);

  // Splitting
  const texts = (key: string): readonly string[] => {
    const field = fields().find((other) => other.key === key);
    if (field === undefined) return [];
    const table = sheet.table();
    return rowsOf(context, scope())
      .slice(0, SAMPLED)
      .flatMap((row) => {
        const cell = Workbook.value(table, row, key);
        return cell === undefined ? [] : [textOf(cell, field, sheet.look())];
      });
  };
  const [source, setSource] = createSignal(tool.field);
  const [split, setSplit] = createSignal<Split>(likelySplit(name(tool.field), texts(tool.field)));
  const [other, setOther] = createSignal(false);
  const partsNamed = createMemo(() => {
    const widest = texts(source()).reduce(
      (most, text) => Math.max(most, parts(text, split(), locale()).length),
      2,
    );
    return partNames(split(), name(source()), widest);
  });
  const [chosen, setChosen] = createSignal<ReadonlyMap<number, Target | null>>(new Map());
  /** The column of that name where there is one, else a new one. */
  const proposed = (wanted: string): Target => {
    const same = writable().find(
      (field) => field.key !== source() && keyOf(field.name) === keyOf(wanted),
    );
    return same === undefined ? { name: free(wanted) } : { key: same.key };
  };
  function free(wanted: string): string {
    const taken = new Set(fields().map((field) => keyOf(field.name)));
    let result = wanted;
    for (let count = 2; taken.has(keyOf(result)); count += 1) result = `${wanted} ${count}`;
    return result;
  }
  const targets = createMemo(() =>
    partsNamed().map((wanted, index) =>
      chosen().has(index) ? (chosen().get(index) ?? null) : proposed(wanted),
    ),
  );
  const restart = (next: Split) => {
    setSplit(next);
    setChosen(new Map());
  };

  /** The column that follows: first and last name are joined most often. */
  function neighbour(): readonly string[] {
    const shown = context.fields();
    const next = shown[shown.findIndex(({ key }) => key === tool.field) + 1];
    return next === undefined ? [] : [next.key];
  }

  // Joining
  const [sources, setSources] = createSignal<readonly string[]>(
    context.columns.length > 1 && context.columns.length < 6
      ? context.columns
      : [tool.field, ...neighbour()],
  );
  const [way, setWay] = createSignal<"join" | "compose">("join");
  const [separator, setSeparator] = createSignal(" ");
  const [template, setTemplate] = createSignal(`[${escaped(name(tool.field))}]`);
  // Extracting
  const [what, setWhat] = createSignal<Extracted>(tool.kind === "extract" ? tool.what : "email");
  const [into, setInto] = createSignal<Target>(
    tool.kind === "extract" ? { name: free(newName[tool.what]) } : { name: free("Joined") },
  );

  const action = createMemo((): ColumnAction | undefined => {
    const more = { fill: fill() };
    switch (tool.kind) {
      case "split":
        return { kind: "split", field: source(), split: split(), into: targets(), ...more };
      case "extract":
        return { kind: "extract", field: source(), what: what(), into: into(), ...more };
      case "join":
        return way() === "join"
          ? { kind: "join", fields: sources(), separator: separator(), into: into(), ...more }
          : { kind: "compose", template: template(), into: into(), ...more };
    }
  });
  const rows = createMemo(() => {
    workspace.version();
    return rowsOf(context, scope());
  });
  const dryRun = createDryRun<ColumnPlan>(workspace, () => {
    const asked = action();
    const over = rows();
    if (asked === undefined) return undefined;
    return () =>
      planningColumns(
        sheet.table(),
        over,
        asked,
        contextOf(workspace.workbook, { now: Date.now(), me: workspace.me().id }),
      );
  });
  const records = () => dryRun.result()?.records ?? 0;

  function label(count: number): string {
    const noun = counted(count, sheet.sheet(), locale());
    switch (tool.kind) {
      case "split":
        return `Split ${name(source())} of ${noun}`;
      case "extract":
        return `Took ${found[what()].toLowerCase().replace("e-mail", "e-mail")} out of ${name(source())} of ${noun}`;
      case "join":
        return `Joined columns of ${noun}`;
    }
  }
  async function apply(): Promise<void> {
    if (sending()) return;
    setSending(true);
    const planned = await dryRun.now();
    setSending(false);
    if (planned === undefined || planned.records === 0) return;
    if (commitPlan(context, planned, label(planned.records))) context.onClose();
  }
  const title = () =>
    tool.kind === "split"
      ? `Split ${name(source())}`
      : tool.kind === "join"
        ? "Join columns"
        : "Take addresses and numbers out of text";
  const verb = () => (tool.kind === "split" ? "Split" : tool.kind === "join" ? "Join" : "Take out");
  const columnOptions = () => fields().map((field) => ({ value: field.key, label: field.name }));

  return (
    <Dialog
      title={title()}
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
            {records() === 0
              ? verb()
              : `${verb()} in ${counted(records(), sheet.sheet(), locale())}`}
          </Button>
        </>
      }
    >
      <div class={styles.split}>
        <form
          class={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (records() > 0) void apply();
          }}
        >
          <ScopeField context={context} value={scope()} onChange={setScope} />
          <Switch>
            <Match when={tool.kind === "split"}>
              <SelectField
                label="Column"
                value={source()}
                options={columnOptions()}
                onChange={(key) => {
                  setSource(key);
                  setOther(false);
                  restart(likelySplit(name(key), texts(key)));
                }}
              />
              <SelectField
                label="It holds"
                autofocus
                value={split().by}
                options={[
                  { value: "delimiter", label: "Parts with a sign between them" },
                  { value: "name", label: "Full names" },
                  { value: "address", label: "Postal addresses" },
                ]}
                onChange={(by) => {
                  if (by === "delimiter") restart({ by, delimiter: ",", most: 20 });
                  else restart({ by: by as "name" | "address" });
                }}
              />
              <SplitOptions split={split()} other={other()} onOther={setOther} onChange={restart} />
              <Index each={targets()}>
                {(target, index) => (
                  <TargetField
                    label={partsNamed()[index] ?? `Part ${index + 1}`}
                    optional
                    value={target()}
                    name={free(partsNamed()[index] ?? "Part")}
                    fields={writable()}
                    onChange={(to) => setChosen((now) => new Map(now).set(index, to))}
                  />
                )}
              </Index>
            </Match>
            <Match when={tool.kind === "extract"}>
              <SelectField
                label="From"
                value={source()}
                options={columnOptions()}
                onChange={setSource}
              />
              <SelectField
                label="Take out"
                autofocus
                value={what()}
                options={(Object.keys(found) as Extracted[]).map((value) => ({
                  value,
                  label: found[value],
                }))}
                onChange={(value) => {
                  setWhat(value as Extracted);
                  if ("name" in into()) setInto({ name: free(newName[value as Extracted]) });
                }}
              />
              <TargetField
                label="Into"
                value={into()}
                name={free(newName[what()])}
                fields={writable()}
                onChange={(to) => to !== null && setInto(to)}
              />
            </Match>
            <Match when={tool.kind === "join"}>
              <Segments
                label="How"
                value={way()}
                options={[
                  { value: "join", label: "Side by side" },
                  { value: "compose", label: "By a pattern" },
                ]}
                onChange={setWay}
              />
              <Show
                when={way() === "join"}
                fallback={
                  <TextField
                    label="Pattern"
                    autocomplete="off"
                    hint="Names of columns in brackets: [City], [Country]"
                    value={template()}
                    onInput={setTemplate}
                  />
                }
              >
                <Checks
                  legend="Columns"
                  options={columnOptions()}
                  chosen={sources()}
                  onChange={setSources}
                />
                <TextField
                  label="Between them"
                  autocomplete="off"
                  hint="A space, a comma and a space, … Blank values are passed over."
                  value={separator()}
                  onInput={setSeparator}
                />
              </Show>
              <TargetField
                label="Into"
                value={into()}
                name={free("Joined")}
                fields={writable()}
                onChange={(to) => to !== null && setInto(to)}
              />
            </Match>
          </Switch>
          <Checkbox label="Fill blank cells only" checked={fill()} onChange={setFill} />
          <button type="submit" hidden />
        </form>
        <div class={styles.outcome}>
          <Counts
            sheet={sheet}
            dryRun={dryRun}
            rows={rows().length}
            noun={nounOf(sheet.sheet(), rows().length)}
            verb="Writes to"
            nothing="Nothing would be written: there is nothing to take, or all of it is there already."
            waiting="Choose the columns."
            replaced
          />
          <Show when={dryRun.result()}>
            {(plan) => (
              <Examples context={context} plan={plan()} from={sourceFields(action(), fields())} />
            )}
          </Show>
        </div>
      </div>
    </Dialog>
  );
}

function SplitOptions(props: {
  split: Split;
  other: boolean;
  onOther: (other: boolean) => void;
  onChange: (split: Split) => void;
}) {
  const delimiter = () => (props.split.by === "delimiter" ? props.split : undefined);
  const isOther = () =>
    props.other || !delimiters.some(({ value }) => value === delimiter()?.delimiter);
  return (
    <Show when={delimiter()}>
      {(by) => (
        <div class={styles.pair}>
          <SelectField
            label="Between the parts"
            value={isOther() ? OTHER : by().delimiter}
            options={[...delimiters, { value: OTHER, label: "Another sign" }]}
            onChange={(value) => {
              props.onOther(value === OTHER);
              if (value !== OTHER) props.onChange({ ...by(), delimiter: value });
            }}
          />
          <Show
            when={isOther()}
            fallback={
              <SelectField
                label="At most"
                value={String(by().most)}
                options={[
                  { value: "20", label: "As many as there are" },
                  ...[2, 3, 4, 5].map((most) => ({
                    value: String(most),
                    label: `${most} columns`,
                  })),
                ]}
                onChange={(most) => props.onChange({ ...by(), most: Number(most) })}
              />
            }
          >
            <TextField
              label="Sign"
              autocomplete="off"
              maxLength={20}
              value={by().delimiter}
              onInput={(sign) => props.onChange({ ...by(), delimiter: sign })}
            />
          </Show>
        </div>
      )}
    </Show>
  );
}

/** What ten rows have, and what they get. */
function Examples(props: { context: ToolContext; plan: ColumnPlan; from: readonly string[] }) {
  return (
    <Show when={props.plan.examples.length > 0}>
      <div class={styles.scroll} tabIndex={0} role="group" aria-label="Some of the rows">
        <table class={styles.samples}>
          <thead>
            <tr>
              <For each={props.from}>{(name) => <th scope="col">{name}</th>}</For>
              <For each={props.plan.targets}>{(field) => <th scope="col">→ {field.name}</th>}</For>
            </tr>
          </thead>
          <tbody>
            <For each={props.plan.examples}>
              {(example) => (
                <tr>
                  <For each={example.from}>{(text) => <td>{text}</td>}</For>
                  <For each={props.plan.targets}>
                    {(field, index) => (
                      <td>
                        <Value
                          sheet={props.context.sheet}
                          field={field}
                          cell={example.to[index()]}
                        />
                      </td>
                    )}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </Show>
  );
}

/** Names of the columns that the examples begin with. */
function sourceFields(
  action: ColumnAction | undefined,
  fields: readonly Field[],
): readonly string[] {
  const name = (key: string) => fields.find((field) => field.key === key)?.name ?? key;
  if (action === undefined) return [];
  if (action.kind === "join") return action.fields.map(name);
  if (action.kind !== "compose") return [name(action.field)];
  return [...action.template.matchAll(/\[((?:[^\]]|\]\])+)\]/g)].map(([, text]) =>
    (text ?? "").replaceAll("]]", "]"),
  );
}

function escaped(name: string): string {
  return name.replaceAll("]", "]]");
}
