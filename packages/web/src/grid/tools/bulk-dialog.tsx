import { createEffect, createMemo, createSignal, on, Show, Switch, Match } from "solid-js";
import { planning, type Action } from "@gridfolk/core/edit/bulk";
import { labelOf } from "@gridfolk/core/edit/label";
import type { Letters } from "@gridfolk/core/edit/letters";
import { loadPatterns } from "@gridfolk/core/edit/pattern";
import type { Field } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { contextOf } from "@gridfolk/core/sheet/context";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Checkbox, Segments, SelectField, TextField } from "../../ui/field.tsx";
import { createFormulaModule, FormulaField } from "../column/formula-field.tsx";
import { isWritable, liveFields } from "../sheet-context.ts";
import {
  actionOf,
  blank,
  eligible,
  isSeveral,
  kinds,
  missing,
  type Draft,
  type Kind,
} from "./bulk-form.ts";
import { Checks, ScopeField } from "./choices.tsx";
import { commitPlan } from "./commit.ts";
import { createDryRun } from "./dry-run.ts";
import { counted, nounOf } from "./noun.ts";
import { Counts, Samples } from "./preview.tsx";
import { likelyScope, rowsOf } from "./scope.ts";
import type { Tool, ToolContext } from "./tool.ts";
import styles from "./tools.module.css";

export interface BulkDialogProps {
  context: ToolContext;
  tool: Tool & { kind: "bulk" };
}

/** One thing done to many rows: what it would do is shown while the form is filled in. */
export function BulkDialog(props: BulkDialogProps) {
  const { context, tool } = props;
  const { sheet } = context;
  const { workspace } = sheet;
  const locale = () => workspace.locale().locale;
  const fields = createMemo(() => {
    workspace.version();
    return liveFields(sheet.sheet()).filter(isWritable);
  });
  const [scope, setScope] = createSignal(tool.scope ?? likelyScope(context));
  const [draft, setDraft] = createSignal<Draft>(first());
  const set = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const [sending, setSending] = createSignal(false);

  /** Begins where the person was. */
  function first(): Draft {
    const kind = (tool.action ?? "set") as Kind;
    const able = eligible(kind, fields()).map(({ key }) => key);
    const wanted = tool.field === undefined ? context.columns : [tool.field];
    const here = wanted.filter((key) => able.includes(key));
    return { ...blank, kind, field: here[0] ?? able[0] ?? "", fields: here };
  }
  createEffect(
    on(
      () => draft().kind,
      (kind) => {
        const able = eligible(kind, fields()).map(({ key }) => key);
        if (!able.includes(draft().field)) set({ field: able[0] ?? "", text: "", names: [] });
      },
      { defer: true },
    ),
  );

  const action = createMemo(() => actionOf(draft(), fields(), locale()));
  const rows = createMemo(() => {
    workspace.version();
    return rowsOf(context, scope());
  });
  const dryRun = createDryRun(
    workspace,
    () => {
      const asked = action();
      const over = rows();
      if (asked === undefined || !formulaIsReady()) return undefined;
      return () => planning(workspace.workbook, sheet.table(), over, asked, asking());
    },
    () => (draft().regex ? loadPatterns() : Promise.resolve()),
  );
  function asking() {
    const now = Date.now();
    return { ...contextOf(workspace.workbook, { now, me: workspace.me().id }), now };
  }

  const module = createFormulaModule(() => draft().kind === "formula");
  const examined = createMemo(() => {
    const { kind, formula } = draft();
    if (kind !== "formula" || formula.trim() === "") return undefined;
    return module()?.examined(sheet, { key: "", name: "" }, formula);
  });
  /** A formula that is wrong says so itself. */
  function formulaIsReady(): boolean {
    if (draft().kind !== "formula") return true;
    const found = examined();
    return found !== undefined && !("problem" in found);
  }

  const field = (): Field | undefined => fields().find(({ key }) => key === draft().field);
  const able = () => eligible(draft().kind, fields());
  const records = () => dryRun.result()?.records ?? 0;
  const isDelete = () => draft().kind === "delete";

  async function apply(): Promise<void> {
    const asked = action();
    if (asked === undefined || sending()) return;
    setSending(true);
    const planned = await dryRun.now();
    setSending(false);
    if (planned === undefined || planned.records === 0) return;
    const label = labelOf(
      asked,
      sheet.sheet().fields,
      counted(planned.records, sheet.sheet(), locale()),
    );
    if (commitPlan(context, planned, label)) context.onClose();
  }

  return (
    <Dialog
      title={`Edit many ${nounOf(sheet.sheet())}`}
      size="wide"
      onClose={() => context.onClose()}
      footer={
        <>
          <Button onClick={() => context.onClose()}>Cancel</Button>
          <Button
            variant={isDelete() ? "danger" : "primary"}
            disabled={records() === 0}
            busy={sending()}
            onClick={() => void apply()}
          >
            {isDelete() ? "Delete" : "Change"}{" "}
            {records() === 0 ? nounOf(sheet.sheet()) : counted(records(), sheet.sheet(), locale())}
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
          <SelectField
            label="What to do"
            autofocus
            value={draft().kind}
            options={kinds
              .filter(({ kind }) => kind === "delete" || eligible(kind, fields()).length > 0)
              .map(({ kind, label }) => ({ value: kind, label }))}
            onChange={(kind) => set({ kind: kind as Kind })}
          />
          <Show when={isSeveral(draft().kind)}>
            <Checks
              legend="Columns"
              options={able().map(({ key, name }) => ({ value: key, label: name }))}
              chosen={draft().fields}
              onChange={(chosen) => set({ fields: chosen })}
            />
          </Show>
          <Show when={!isSeveral(draft().kind) && !isDelete()}>
            <SelectField
              label="Column"
              value={draft().field}
              options={able().map(({ key, name }) => ({ value: key, label: name }))}
              onChange={(key) => set({ field: key, text: "", names: [] })}
            />
          </Show>
          <Details draft={draft()} set={set} field={field()} context={context} />
          <Show when={draft().kind === "formula"}>
            <FormulaField
              context={sheet}
              value={draft().formula}
              examined={examined()}
              tried={false}
              onInput={(formula) => set({ formula })}
            />
          </Show>
          {/* Enter sends a form only where it has a button. */}
          <button type="submit" hidden />
        </form>
        <div class={styles.outcome}>
          <Counts
            sheet={sheet}
            dryRun={dryRun}
            rows={rows().length}
            noun={nounOf(sheet.sheet(), rows().length)}
            verb={isDelete() ? "Moves to the trash:" : "Changes"}
            nothing={
              rows().length === 0
                ? "There are no rows to change."
                : "Nothing would change: all of them are so already."
            }
            waiting={missing(draft(), fields())}
          />
          <Samples sheet={sheet} samples={dryRun.result()?.samples ?? []} />
        </div>
      </div>
    </Dialog>
  );
}

interface DetailsProps {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  field: Field | undefined;
  context: ToolContext;
}

/** What an action needs to know besides its columns. */
function Details(props: DetailsProps) {
  const is = (...wanted: readonly Action["kind"][]) => wanted.includes(props.draft.kind);
  const options = () =>
    (props.field?.options ?? []).map(({ name }) => ({ value: name, label: name }));
  return (
    <Switch>
      <Match when={is("set") && props.field}>
        {(field) => (
          <ValueField
            field={field()}
            context={props.context}
            value={props.draft.text}
            onInput={(text) => props.set({ text })}
          />
        )}
      </Match>
      <Match when={is("replace")}>
        <TextField
          label="Find"
          autocomplete="off"
          value={props.draft.find}
          onInput={(find) => props.set({ find })}
        />
        <TextField
          label="Replace by"
          autocomplete="off"
          value={props.draft.replace}
          {...(props.draft.regex
            ? { hint: "$1 is what the first brackets of the pattern found." }
            : {})}
          onInput={(replace) => props.set({ replace })}
        />
        <div class={styles.options}>
          <Checkbox
            label="Whole cells only"
            checked={props.draft.whole}
            onChange={(whole) => props.set({ whole })}
          />
          <Checkbox
            label="Match capital letters"
            checked={props.draft.matchCase}
            onChange={(matchCase) => props.set({ matchCase })}
          />
          <Checkbox
            label="Regular expression"
            checked={props.draft.regex}
            onChange={(regex) => props.set({ regex })}
          />
        </div>
      </Match>
      <Match when={is("addTags", "removeTags")}>
        <Show when={options().length > 0}>
          <Checks
            legend="Tags"
            options={options()}
            chosen={props.draft.names}
            onChange={(names) => props.set({ names })}
          />
        </Show>
        <Show when={is("addTags")}>
          <TextField
            label="New tags"
            optional
            autocomplete="off"
            hint="Separated by commas."
            value={props.draft.newNames}
            onInput={(newNames) => props.set({ newNames })}
          />
        </Show>
      </Match>
      <Match when={is("increase")}>
        <TextField
          label="By"
          inputmode="decimal"
          autocomplete="off"
          value={props.draft.by}
          hint="-10 decreases."
          onInput={(by) => props.set({ by })}
        />
        <Segments
          label="As"
          value={props.draft.as}
          options={[
            { value: "percent", label: "Percent" },
            { value: "number", label: props.field?.type === "percent" ? "Points" : "Number" },
          ]}
          onChange={(as) => props.set({ as })}
        />
      </Match>
      <Match when={is("shift")}>
        <TextField
          label="By days"
          inputmode="numeric"
          autocomplete="off"
          value={props.draft.days}
          hint="-7 is a week earlier."
          onInput={(days) => props.set({ days })}
        />
      </Match>
      <Match when={is("letters")}>
        <SelectField
          label="Letters"
          value={props.draft.letters}
          options={[
            { value: "name", label: "As names are written: McDonald, van der Berg" },
            { value: "title", label: "Each Word" },
            { value: "sentence", label: "First letter of the cell" },
            { value: "upper", label: "ALL CAPITAL" },
            { value: "lower", label: "all small" },
          ]}
          onChange={(letters) => props.set({ letters: letters as Letters })}
        />
      </Match>
      <Match when={is("copy")}>
        <SelectField
          label="From"
          value={props.draft.from}
          options={[
            { value: "", label: "Choose a column" },
            ...liveFields(props.context.sheet.sheet())
              .filter(({ key }) => key !== props.draft.field)
              .map(({ key, name }) => ({ value: key, label: name })),
          ]}
          onChange={(from) => props.set({ from })}
        />
      </Match>
      <Match when={is("assign")}>
        <Checks
          legend="People"
          options={props.context.sheet.workspace
            .members()
            .filter(({ active }) => active)
            .map(({ user, name, email }) => ({ value: user, label: name === "" ? email : name }))}
          chosen={props.draft.users}
          onChange={(users) => props.set({ users })}
        />
      </Match>
    </Switch>
  );
}

/** One value for a column: of a list where the column has one. */
function ValueField(props: {
  field: Field;
  context: ToolContext;
  value: string;
  onInput: (text: string) => void;
}) {
  const listed = (): readonly string[] | undefined => {
    switch (props.field.type) {
      case "choice":
        return (props.field.options ?? []).map(({ name }) => name);
      case "user":
        return props.context.sheet.workspace
          .members()
          .filter(({ active }) => active)
          .map(({ name, email }) => (name === "" ? email : name));
      case "checkbox":
        return ["Yes", "No"];
      default:
        return undefined;
    }
  };
  return (
    <Show
      when={listed()}
      fallback={
        <TextField
          label="Value"
          autocomplete="off"
          value={props.value}
          hint={`As you would type it into a cell (${registry[props.field.type].label.toLowerCase()}).`}
          onInput={(text) => props.onInput(text)}
        />
      }
    >
      {(options) => (
        <SelectField
          label="Value"
          value={props.value}
          options={[
            { value: "", label: "Choose a value" },
            ...options().map((name) => ({ value: name, label: name })),
          ]}
          onChange={(text) => props.onInput(text)}
        />
      )}
    </Show>
  );
}
