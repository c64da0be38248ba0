import { createMemo, For, Show } from "solid-js";
import { FIELD_TYPES, type FieldType } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import type { ColumnMapping, Target } from "@gridfolk/core/import/mapping";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";
import { Progress } from "../ui/progress.tsx";
import type { ColumnView } from "./messages.ts";
import { HealthLink } from "./health-report.tsx";
import { SavedChoice, SavedNotice } from "./saved-choice.tsx";
import type { ImportSession } from "./session.ts";
import { StepFrame } from "./step.tsx";
import { counted } from "./words.ts";
import styles from "./wizard.module.css";

/** What a file's column can become: values that people type, naming neither members nor records. */
const newTypes = FIELD_TYPES.filter(
  (type) => registry[type].editable && type !== "user" && type !== "link",
);

const orders = {
  dmy: "day first (31/12/2026)",
  mdy: "month first (12/31/2026)",
  ymd: "year first",
};

/** What is said of a column that shows nothing particular. */
const PLAIN = "Plain text.";

/** Where every column goes, with samples and the reason; each is one click to correct. */
export function ColumnsStep(props: { session: ImportSession }) {
  const session = props.session;
  const mapped = createMemo(
    () => session.mapping()?.columns.filter((column) => column.target.kind !== "skip").length ?? 0,
  );
  const fresh = createMemo(
    () => session.mapping()?.columns.filter((column) => column.target.kind === "new").length ?? 0,
  );

  return (
    <StepFrame
      title="Where does each column go?"
      lead={
        <>
          {counted(mapped(), "column")} will be imported
          <Show when={fresh() > 0}>, {counted(fresh(), "of them new", "of them new")}</Show>.
          <HealthLink session={session} />
        </>
      }
      aside={<Button onClick={() => void session.go("file")}>Back</Button>}
      actions={
        <Button
          variant="primary"
          disabled={mapped() === 0 || session.file()?.partial === true}
          busy={session.busy() !== undefined}
          onClick={() => void session.go("matches")}
        >
          Continue to matches
        </Button>
      }
    >
      <Show when={session.file()?.partial}>
        <Progress
          label="Reading the whole file; these are its first rows"
          {...(session.progress()?.phase === "reading"
            ? { value: session.progress()?.done ?? 0, of: session.progress()?.of ?? 0 }
            : {})}
        />
      </Show>
      <div class={styles.facts}>
        <SelectField
          label="Rows become"
          value={session.mapping()?.sheet ?? ""}
          options={(session.proposal()?.sheets ?? []).map((sheet) => ({
            value: sheet.key,
            label: sheet.name,
          }))}
          onChange={(value) => void session.propose({ sheet: value, saved: null })}
        />
        <SavedChoice session={session} />
      </div>
      <SavedNotice session={session} />
      <div class={styles.columns}>
        <div class={styles.columnsHead} aria-hidden="true">
          <span>In your file</span>
          <span>Goes to</span>
          <span>Why</span>
        </div>
        <ul>
          <For each={session.proposal()?.columns}>
            {(column, index) => (
              <Show when={session.mapping()?.columns[index()]}>
                {(mapping) => (
                  <ColumnCard
                    session={session}
                    column={column}
                    mapping={mapping()}
                    index={index()}
                  />
                )}
              </Show>
            )}
          </For>
        </ul>
      </div>
    </StepFrame>
  );
}

function ColumnCard(props: {
  session: ImportSession;
  column: ColumnView;
  mapping: ColumnMapping;
  index: number;
}) {
  const fields = () =>
    (props.session.sheet()?.fields ?? []).filter(
      (field) =>
        field.deleted !== true && field.formula === undefined && registry[field.type].editable,
    );
  const hasNames = () => {
    const keys = fields().map((field) => field.key);
    return keys.includes("firstName") && keys.includes("lastName");
  };
  const options = () => [
    { value: "skip", label: "Leave out" },
    { value: "new", label: `New column “${props.column.name}”` },
    ...(hasNames() ? [{ value: "fullName", label: "First and last name (split)" }] : []),
    ...fields().map((field) => ({ value: `field:${field.key}`, label: field.name })),
  ];
  const value = () => {
    const { target } = props.mapping;
    return target.kind === "field" ? `field:${target.field}` : target.kind;
  };
  const choose = (chosen: string) => {
    const target: Target = chosen.startsWith("field:")
      ? { kind: "field", field: chosen.slice("field:".length) }
      : chosen === "fullName"
        ? { kind: "fullName", first: "firstName", last: "lastName" }
        : chosen === "new"
          ? { kind: "new", field: props.session.newField(props.index) }
          : { kind: "skip" };
    props.session.setTarget(props.index, target);
  };
  /** The reason and, where it says more than that, the evidence. */
  const why = () => {
    const reason = props.column.doubt ?? props.mapping.reason;
    const { evidence } = props.column;
    return (evidence === PLAIN || reason.includes(evidence) ? reason : `${reason} ${evidence}`)
      .replace(PLAIN, "")
      .trim();
  };
  const made = () => (props.mapping.target.kind === "new" ? props.mapping.target.field : undefined);

  return (
    <li class={styles.column} data-skip={props.mapping.target.kind === "skip" ? "" : undefined}>
      <div class={styles.source}>
        <strong>{props.column.name}</strong>
        <span class={styles.samples}>
          <For each={props.column.samples.slice(0, 3)} fallback={<em>empty</em>}>
            {(sample) => <span title={sample}>{sample}</span>}
          </For>
        </span>
      </div>
      <div class={styles.target}>
        <SelectField
          label={`“${props.column.name}” goes to`}
          value={value()}
          options={options()}
          onChange={choose}
        />
        <Show when={made()}>
          {(field) => (
            <SelectField
              label="Type"
              value={field().type}
              options={newTypes.map((type) => ({ value: type, label: registry[type].label }))}
              onChange={(type) =>
                props.session.setTarget(props.index, {
                  kind: "new",
                  field: { ...field(), type: type as FieldType },
                })
              }
            />
          )}
        </Show>
        {/* With the year first there is nothing to choose. */}
        <Show when={props.column.dateOrder !== "ymd" && props.column.dateOrder}>
          {(found) => (
            <SelectField
              label="Dates are written"
              value={props.mapping.reading?.dateOrder ?? found()}
              options={(["dmy", "mdy", "ymd"] as const).map((order) => ({
                value: order,
                label: orders[order],
              }))}
              onChange={(order) =>
                props.session.setReading(props.index, order as "dmy" | "mdy" | "ymd")
              }
            />
          )}
        </Show>
      </div>
      <p class={styles.reason} data-doubt={props.column.doubt ? "" : undefined}>
        {why()}
      </p>
    </li>
  );
}
