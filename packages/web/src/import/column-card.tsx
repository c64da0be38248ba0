import { For, Show } from "solid-js";
import { FIELD_TYPES, type FieldType, type Sheet } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import type { ColumnMapping, Target } from "@gridfolk/core/import/mapping";
import { SelectField } from "../ui/field.tsx";
import type { ColumnView } from "./messages.ts";
import { ComputedChoice } from "./computed-choice.tsx";
import { Meanings } from "./meanings.tsx";
import { Placeholders } from "./placeholders.tsx";
import type { ImportSession } from "./session.ts";
import styles from "./wizard.module.css";
import { WorkbookChoices } from "./workbook-choices.tsx";
import { inWords, WritingQuestion } from "./writing.tsx";

/** What a file's column can become: values that people type, naming neither members nor records. */
const newTypes = FIELD_TYPES.filter(
  (type) => registry[type].editable && type !== "user" && type !== "link",
);

/** What is said of a column that shows nothing particular. */
const PLAIN = "Plain text.";

export interface ColumnProps {
  session: ImportSession;
  column: ColumnView;
  mapping: ColumnMapping;
  index: number;
}

/** One column of the file: where it goes, why, how it is read, and what becomes blank in it. */
export function ColumnCard(props: ColumnProps) {
  /** The sheets it may go to: its worksheet's, or those that the rows become. */
  const sheets = () => {
    const { worksheet, of } = props.mapping;
    const { session } = props;
    const named = (key: string | undefined) =>
      (session.proposal()?.sheets ?? []).filter((one) => one.key === key);
    if (worksheet !== undefined) return named(of);
    const others = (session.proposal()?.companions ?? []).filter(({ on }) => on);
    return [session.mapping()?.sheet, ...others.map(({ sheet }) => sheet)].flatMap(named);
  };
  const isOwn = (sheet: Sheet) => sheet.key === props.session.mapping()?.sheet;
  const options = () => [
    { value: "skip", label: "Leave out" },
    ...sheets().flatMap((sheet) => {
      const fields = sheet.fields.filter(
        (field) =>
          field.deleted !== true && field.formula === undefined && registry[field.type].editable,
      );
      const keys = fields.map((field) => field.key);
      const hasNames = keys.includes("firstName") && keys.includes("lastName");
      const start = isOwn(sheet) ? "" : `${sheet.key}/`;
      const noun = sheet.singular ?? sheet.name;
      const words = start === "" ? "" : `${noun.charAt(0).toUpperCase()}${noun.slice(1)}: `;
      return [
        {
          value: `${start}new`,
          label:
            words === ""
              ? `New column “${props.column.name}”`
              : `${words}new column “${props.column.name}”`,
        },
        ...(hasNames
          ? [{ value: `${start}fullName`, label: `${words}First and last name (split)` }]
          : []),
        ...fields.map((field) => ({
          value: `${start}field:${field.key}`,
          label: `${words}${field.name}`,
        })),
      ];
    }),
  ];
  const value = () => {
    const { target, of } = props.mapping;
    if (target.kind === "skip") return "skip";
    const start = of === undefined ? "" : `${of}/`;
    return start + (target.kind === "field" ? `field:${target.field}` : target.kind);
  };
  const choose = (said: string) => {
    const slash = said.indexOf("/");
    const chosen = said.slice(slash + 1);
    const { worksheet } = props.mapping;
    const of = slash < 0 ? undefined : said.slice(0, slash);
    const target: Target = chosen.startsWith("field:")
      ? { kind: "field", field: chosen.slice("field:".length) }
      : chosen === "fullName"
        ? { kind: "fullName", first: "firstName", last: "lastName" }
        : chosen === "new"
          ? { kind: "new", field: props.session.newField(props.index) }
          : { kind: "skip" };
    props.session.setTarget(
      props.index,
      target,
      said === "skip" && worksheet !== undefined ? props.mapping.of : of,
    );
  };
  const made = () => (props.mapping.target.kind === "new" ? props.mapping.target.field : undefined);
  const isSkipped = () => props.mapping.target.kind === "skip";
  const writing = () => props.session.writingOf(props.index);
  /** Asked until it is answered, and shown with the answer then: its rows are what one chooses by. */
  const asked = () => (writing()?.asks === true ? writing() : undefined);
  /** The reason and, where it says more than that, the evidence. */
  const why = () => {
    const { doubt, evidence } = props.column;
    const reason = asked() === undefined && doubt !== undefined ? doubt : props.mapping.reason;
    if (asked() !== undefined) return reason.replace(PLAIN, "").trim();
    return (evidence === PLAIN || reason.includes(evidence) ? reason : `${reason} ${evidence}`)
      .replace(PLAIN, "")
      .trim();
  };

  return (
    <li class={styles.column} data-skip={isSkipped() ? "" : undefined}>
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
                props.session.setTarget(
                  props.index,
                  { kind: "new", field: { ...field(), type: type as FieldType } },
                  props.mapping.of,
                )
              }
            />
          )}
        </Show>
        <Show when={asked() === undefined && (writing()?.ways.length ?? 0) > 1 && writing()}>
          {(found) => (
            <SelectField
              label={found().about === "decimal" ? "Figures are written" : "Dates are written"}
              value={props.mapping.reading?.[found().about] ?? found().used}
              options={found().ways.map((way) => ({ value: way.value, label: inWords(way.value) }))}
              onChange={(chosen) => {
                const way = found().ways.find(({ value: one }) => one === chosen);
                if (way !== undefined) props.session.setReading(props.index, way.value);
              }}
            />
          )}
        </Show>
      </div>
      <p
        class={styles.reason}
        data-doubt={!isSkipped() && props.column.doubt && !asked() ? "" : undefined}
      >
        {why()}
      </p>
      <Show when={asked()}>
        {(open) => (
          <WritingQuestion
            session={props.session}
            column={props.column}
            mapping={props.mapping}
            index={props.index}
            writing={open()}
          />
        )}
      </Show>
      <Show when={!isSkipped()}>
        <Meanings {...props} />
        <WorkbookChoices {...props} />
        <ComputedChoice {...props} />
      </Show>
      <Show when={!isSkipped() && props.column.placeholders.length > 0}>
        <Placeholders {...props} />
      </Show>
    </li>
  );
}
