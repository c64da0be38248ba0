import Plus from "lucide-solid/icons/plus";
import X from "lucide-solid/icons/x";
import { createEffect, createMemo, createSignal, For, Show, untrack } from "solid-js";
import { canBeConsent } from "@gridfolk/core/consent/consent";
import { FIELD_TYPES, type Field, type FieldType } from "@gridfolk/core/field/field";
import { withOptions } from "@gridfolk/core/field/palette";
import { registry } from "@gridfolk/core/field/registry";
import { Button, IconButton } from "../../ui/button.tsx";
import { chipColor, chipColors } from "../../ui/chip.tsx";
import { Checkbox, SelectField, TextField } from "../../ui/field.tsx";
import { MenuButton } from "../../ui/menu.tsx";
import { Popover } from "../popover.tsx";
import type { SheetContext } from "../sheet-context.ts";
import type { Examined } from "./formula.ts";
import { createFormulaModule, FormulaField } from "./formula-field.tsx";
import {
  canBeUnique,
  draftOf,
  fieldOf,
  nameProblem,
  newKey,
  retyping,
  type ColumnDraft,
  type Retyping,
} from "./schema.ts";
import styles from "./column-form.module.css";

export interface ColumnFormProps {
  context: SheetContext;
  /** Absent: a new column. */
  field?: Field | undefined;
  anchor: DOMRect;
  trigger?: HTMLElement | undefined;
  onSave: (change: Retyping) => void;
  onClose: () => void;
}

const currencies = [
  "USD",
  "EUR",
  "GBP",
  "CHF",
  "CAD",
  "AUD",
  "JPY",
  "SEK",
  "NOK",
  "DKK",
  "PLN",
  "CZK",
  "INR",
  "BRL",
  "MXN",
  "ZAR",
];

const FORMULA = "formula";
/** From so many rows on a new formula takes longer than a blink. */
const MANY_ROWS = 20_000;

/** An ordinary column can become any ordinary one; a formula stays a formula. */
function typesFor(before: Field | undefined): { value: string; label: string }[] {
  const formula = { value: FORMULA, label: "Formula" };
  if (before?.formula !== undefined) return [formula];
  const types = FIELD_TYPES.map((type) => ({ value: type as string, label: registry[type].label }));
  return before === undefined ? [...types, formula] : types;
}

/** Makes a column or changes one: name, type and what the type needs; says beforehand how many values will not fit. */
export function ColumnForm(props: ColumnFormProps) {
  const context = untrack(() => props.context);
  const before = untrack(() => props.field);
  const sheet = context.sheet();
  const locale = context.workspace.locale();
  const [draft, setDraft] = createSignal<ColumnDraft>(
    draftOf(before ?? { key: "", name: "", type: "text" }, locale),
  );
  const [tried, setTried] = createSignal(false);
  const set = (part: Partial<ColumnDraft>) => setDraft((all) => ({ ...all, ...part }));
  const linkable = context.workspace.sheets();

  const problem = () => nameProblem(draft().name, sheet, before?.key);
  const linkProblem = () =>
    draft().type === "link" && draft().linkTo === "" ? "Choose the sheet to link to." : undefined;
  const change = createMemo((): Retyping => {
    const key = before?.key ?? newKey(draft().name, sheet);
    const field = fieldOf(key, draft(), sheet, before);
    if (before === undefined) {
      const operation = { op: "field", sheet: context.sheetKey, after: field } as const;
      return { field, operations: [operation], filled: 0, misfits: 0 };
    }
    return retyping(context.table(), before, field, locale, context.names);
  });
  const shape = createMemo(() => {
    const { type, options, linkTo, multiple } = draft();
    return JSON.stringify([type, options, linkTo, multiple]);
  });
  const module = createFormulaModule(() => draft().formula !== undefined);
  const looked = createMemo((): Examined | undefined => {
    const { formula } = draft();
    const found = module();
    if (found === undefined || formula === undefined || formula.trim() === "") return undefined;
    const { currency, decimals, ungrouped, description } = untrack(draft);
    const base = {
      key: before?.key ?? newKey(draft().name, sheet),
      name: draft().name.trim(),
      ...(decimals === undefined ? {} : { decimals }),
      ...(ungrouped ? { ungrouped } : {}),
      ...(description === "" ? {} : { description }),
      ...(before?.currency === undefined ? {} : { currency }),
    };
    return found.examined(context, base, formula);
  });
  createEffect(() => {
    // Kept by key, read by name: as soon as there is something that knows the names.
    const found = module();
    if (found === undefined || before?.formula === undefined) return;
    set({ formula: found.written(context, before.formula) });
  });
  const preview = createMemo(() => {
    shape();
    return untrack(change);
  });

  const [isWorking, setWorking] = createSignal(false);
  const give = (made: Retyping) => {
    props.onSave(made);
    props.onClose();
  };
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (isWorking() || problem() !== undefined || linkProblem() !== undefined) return;
    if (draft().formula !== undefined) {
      const found = untrack(looked);
      if (found === undefined || !("field" in found)) return;
      const { field } = found;
      const operation = { op: "field", sheet: context.sheetKey, after: field } as const;
      const made = { field, operations: [operation], filled: 0, misfits: 0 };
      if (context.table().live < MANY_ROWS) return give(made);
      // It is worked out for every row at once: the button says so before it begins.
      setWorking(true);
      requestAnimationFrame(() => setTimeout(() => give(made)));
    } else give(untrack(change));
  };
  const figures = (number: number) => number.toLocaleString(locale.locale);

  return (
    <Popover
      label={before === undefined ? "Add a column" : `Edit column ${before.name}`}
      anchor={props.anchor}
      trigger={props.trigger}
      width={320}
      onClose={() => props.onClose()}
    >
      <form class={styles.root} onSubmit={save}>
        <TextField
          label="Name"
          autofocus
          autocomplete="off"
          maxLength={100}
          value={draft().name}
          error={tried() ? problem() : undefined}
          onInput={(name) => set({ name })}
        />
        <SelectField
          label="Type"
          value={draft().formula === undefined ? draft().type : FORMULA}
          options={typesFor(before)}
          onChange={(type) =>
            set(
              type === FORMULA
                ? { formula: draft().formula ?? "" }
                : { type: type as FieldType, formula: undefined },
            )
          }
        />
        <Show when={draft().formula !== undefined}>
          <FormulaField
            context={context}
            value={draft().formula ?? ""}
            examined={looked()}
            tried={tried()}
            onInput={(formula) => set({ formula })}
          />
        </Show>
        <Show
          when={
            draft().formula === undefined &&
            (draft().type === "choice" || draft().type === "multiChoice")
          }
        >
          <Options
            options={preview().field.options ?? draft().options}
            onChange={(options) => set({ options })}
          />
        </Show>
        <Show when={draft().formula === undefined && draft().type === "currency"}>
          <SelectField
            label="Currency of a bare number"
            value={draft().currency}
            options={[...new Set([draft().currency, locale.currency, ...currencies])].map(
              (code) => ({
                value: code,
                label: code,
              }),
            )}
            onChange={(currency) => set({ currency })}
          />
        </Show>
        <Show when={draft().type === "number" || draft().type === "percent"}>
          <SelectField
            label="Digits after the decimal mark"
            value={draft().decimals === undefined ? "" : String(draft().decimals)}
            options={[
              { value: "", label: "As many as the value has" },
              ...[0, 1, 2, 3, 4].map((digits) => ({
                value: String(digits),
                label: String(digits),
              })),
            ]}
            onChange={(digits) => set({ decimals: digits === "" ? undefined : Number(digits) })}
          />
        </Show>
        <Show when={draft().type === "number"}>
          <Checkbox
            label="Set thousands apart: 10,023"
            checked={!draft().ungrouped}
            onChange={(grouped) => set({ ungrouped: !grouped })}
          />
        </Show>
        <Show when={draft().formula === undefined && draft().type === "link"}>
          <SelectField
            label="Links to"
            value={draft().linkTo}
            error={tried() ? linkProblem() : undefined}
            options={[
              { value: "", label: "Choose a sheet" },
              ...linkable.map(({ key, name }) => ({ value: key, label: name })),
            ]}
            onChange={(linkTo) => set({ linkTo })}
          />
          <Checkbox
            label="Several records at once"
            checked={draft().multiple}
            onChange={(multiple) => set({ multiple })}
          />
        </Show>
        <Show when={draft().formula === undefined && registry[draft().type].editable}>
          <Checkbox
            label="Required"
            checked={draft().required}
            onChange={(required) => set({ required })}
          />
        </Show>
        <Show when={draft().formula === undefined && canBeUnique(draft().type)}>
          <Checkbox
            label="No two records may have the same value"
            checked={draft().unique}
            onChange={(unique) => set({ unique })}
          />
        </Show>
        <Show when={draft().formula === undefined && canBeConsent(draft().type)}>
          <Checkbox
            label="Opt-out: what people do not want"
            checked={draft().consent}
            onChange={(consent) => set({ consent })}
          />
          <Show when={draft().consent}>
            <p class={styles.note}>
              Imports, merges and the trash never take it away. Only somebody who edits the cell
              does.
            </p>
          </Show>
        </Show>
        <Show when={preview().misfits > 0}>
          <p class={styles.warning} role="status">
            {figures(preview().misfits)} of {figures(preview().filled)} values do not fit{" "}
            {registry[draft().type].label.toLowerCase()}. They keep their text and are marked.
          </p>
        </Show>
        <Show
          when={before !== undefined && preview().misfits === 0 && draft().type !== before?.type}
        >
          <p class={styles.note} role="status">
            {preview().filled === 0
              ? "The column is blank."
              : `All ${figures(preview().filled)} values fit.`}
          </p>
        </Show>
        <div class={styles.foot}>
          <Button size="small" onClick={() => props.onClose()}>
            Cancel
          </Button>
          <Button size="small" variant="primary" type="submit" busy={isWorking()}>
            {before === undefined ? "Add column" : "Save"}
          </Button>
        </div>
      </form>
    </Popover>
  );
}

interface OptionsProps {
  options: NonNullable<Field["options"]>;
  onChange: (options: NonNullable<Field["options"]>) => void;
}

/** The options of a choice: name and colour of each, in the order in which they sort. */
function Options(props: OptionsProps) {
  let fresh!: HTMLInputElement;
  const add = () => {
    const name = fresh.value.trim();
    if (name === "") return;
    props.onChange(withOptions(props.options, [name]));
    fresh.value = "";
    fresh.focus();
  };
  return (
    <fieldset class={styles.options}>
      <legend>Options</legend>
      <ul>
        <For each={props.options}>
          {(option) => (
            <li>
              <MenuButton
                label={`Colour of ${option.name}`}
                items={chipColors.map((color) => ({
                  label: color,
                  checked: chipColor(option.color) === color,
                  run: () =>
                    props.onChange(
                      props.options.map((other) =>
                        other.name === option.name ? { ...other, color } : other,
                      ),
                    ),
                }))}
              >
                {(trigger) => (
                  <button
                    {...trigger}
                    type="button"
                    class={styles.swatch}
                    aria-label={`Colour of ${option.name}: ${chipColor(option.color)}`}
                    style={{
                      background: `var(--chip-${chipColor(option.color)})`,
                      color: `var(--chip-${chipColor(option.color)}-ink)`,
                    }}
                  >
                    A
                  </button>
                )}
              </MenuButton>
              <span>{option.name}</span>
              <IconButton
                icon={X}
                size="small"
                label={`Remove option ${option.name}`}
                onClick={() =>
                  props.onChange(props.options.filter((other) => other.name !== option.name))
                }
              />
            </li>
          )}
        </For>
      </ul>
      <div class={styles.add}>
        <input
          ref={fresh}
          type="text"
          aria-label="New option"
          placeholder="New option"
          maxLength={100}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || fresh.value.trim() === "") return;
            event.preventDefault();
            add();
          }}
        />
        <IconButton icon={Plus} size="small" label="Add option" onClick={add} />
      </div>
    </fieldset>
  );
}
