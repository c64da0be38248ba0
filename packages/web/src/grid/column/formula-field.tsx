import Plus from "lucide-solid/icons/plus";
import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  For,
  on,
  Show,
  type Accessor,
} from "solid-js";
import { isInvalid } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { loadFormulas } from "@gridfolk/core/formula/attach";
import type * as Workbook from "@gridfolk/core/ledger/workbook";
import { labelOf } from "@gridfolk/core/sheet/title";
import { Button } from "../../ui/button.tsx";
import { MenuButton, type MenuItem } from "../../ui/menu.tsx";
import { liveFields, type SheetContext } from "../sheet-context.ts";
import type * as Formula from "./formula.ts";
import styles from "./formula-field.module.css";

export interface FormulaFieldProps {
  context: SheetContext;
  value: string;
  /** What the formula comes to; undefined while nothing is written or what computes it is on its way. */
  examined: Formula.Examined | undefined;
  /** Says what is missing once the form was sent. */
  tried: boolean;
  onInput: (text: string) => void;
}

/** What computes formulas, fetched once a formula is wanted. */
export function createFormulaModule(wanted: Accessor<boolean>): Accessor<Module | undefined> {
  const [module, setModule] = createSignal<Module>();
  createEffect(
    on(wanted, (now) => {
      if (!now || module() !== undefined) return;
      Promise.all([import("./formula.ts"), loadFormulas()]).then(
        ([found]) => setModule(found),
        () => undefined,
      );
    }),
  );
  return module;
}

type Module = typeof Formula;

/** The formula of a column: its text, what can be put into it, what it answers for the first rows, and what is wrong with it. */
export function FormulaField(props: FormulaFieldProps) {
  const id = createUniqueId();
  let text!: HTMLTextAreaElement;
  const { context } = props;
  const problem = () => {
    if (props.examined !== undefined && "problem" in props.examined) return props.examined.problem;
    return props.tried && props.value.trim() === ""
      ? "Write a formula, such as [Value] * 10%."
      : undefined;
  };
  const result = () =>
    props.examined !== undefined && "field" in props.examined ? props.examined : undefined;
  const samples = createMemo(() => {
    const found = result();
    if (found === undefined) return [];
    const rows = Array.from(context.order.rows.subarray(0, 3));
    return rows.map((row) => ({
      name: labelOf(context.table(), row, context.look().locale),
      value: shown(found.field, found.compute(row)),
    }));
  });
  function shown(field: Field, cell: ReturnType<typeof Workbook.value>): string {
    if (cell === undefined) return "blank";
    if (isInvalid(cell)) return cell.invalid;
    return registry[field.type].format(cell, field, context.look().locale, context.names);
  }
  function insert(piece: string, back = 0): void {
    const [start, end] = [text.selectionStart, text.selectionEnd];
    props.onInput(props.value.slice(0, start) + piece + props.value.slice(end));
    queueMicrotask(() => {
      text.focus();
      text.setSelectionRange(start + piece.length - back, start + piece.length - back);
    });
  }
  const fieldItems = (): MenuItem[] => [
    ...liveFields(context.sheet()).map((field): MenuItem =>
      field.type === "link" && field.link !== undefined
        ? { label: field.name, items: linkedItems(field, context.workspace.workbook) }
        : { label: field.name, run: () => insert(`[${escaped(field.name)}]`) },
    ),
    ...backItems(),
  ];
  function linkedItems(link: Field, workbook: Workbook.Workbook): MenuItem[] {
    const target = workbook.sheets.get(link.link?.sheet ?? "")?.sheet;
    return [
      { label: link.name, detail: "by name", run: () => insert(`[${escaped(link.name)}]`) },
      ...(target === undefined ? [] : liveFields(target)).map((field) => ({
        label: field.name,
        run: () => insert(`[${escaped(link.name)}].[${escaped(field.name)}]`),
      })),
    ];
  }
  function backItems(): MenuItem[] {
    const found: MenuItem[] = [];
    for (const table of context.workspace.workbook.sheets.values()) {
      if (table.sheet.deleted === true || table.sheet.system === true) continue;
      for (const field of liveFields(table.sheet)) {
        if (field.link?.sheet !== context.sheetKey) continue;
        const name = field.link.backLink ?? table.sheet.name;
        found.push({
          label: name,
          detail: "linked here",
          items: [
            { label: `How many ${name}`, run: () => insert(`COUNTA([${escaped(name)}])`) },
            ...liveFields(table.sheet).map((other) => ({
              label: other.name,
              run: () => insert(`SUM([${escaped(name)}].[${escaped(other.name)}])`),
            })),
          ],
        });
      }
    }
    return found.length === 0 ? [] : ["separator", ...found];
  }
  const functionItems = (): MenuItem[] =>
    [...(props.examined?.categories ?? [])].map(([category, functions]) => ({
      label: category,
      items: functions.map(({ name, syntax }) => ({
        label: name,
        detail: syntax.slice(name.length),
        run: () => insert(`${name}()`, 1),
      })),
    }));

  return (
    <div class={styles.root}>
      <label for={id}>Formula</label>
      <textarea
        ref={text}
        id={id}
        class={styles.text}
        rows={3}
        spellcheck={false}
        autocomplete="off"
        maxLength={8_192}
        placeholder="[Value] * 10%"
        value={props.value}
        aria-invalid={problem() !== undefined ? true : undefined}
        aria-describedby={`${id}-says`}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <div class={styles.insert}>
        <MenuButton label="Put in a column" items={fieldItems()}>
          {(trigger) => (
            <Button {...trigger} size="small" variant="quiet" icon={Plus}>
              Column
            </Button>
          )}
        </MenuButton>
        <MenuButton label="Put in a function" items={functionItems()}>
          {(trigger) => (
            <Button {...trigger} size="small" variant="quiet" icon={Plus}>
              Function
            </Button>
          )}
        </MenuButton>
      </div>
      <div id={`${id}-says`} role="status" aria-live="polite">
        <Show when={problem()}>{(why) => <p class={styles.problem}>{why()}</p>}</Show>
        <Show when={result()}>
          {(found) => (
            <>
              <p class={styles.answers}>
                Answers: {registry[found().field.type].label.toLowerCase()}
              </p>
              <dl class={styles.samples}>
                <For each={samples()}>
                  {({ name, value }) => (
                    <>
                      <dt>{name}</dt>
                      <dd>{value}</dd>
                    </>
                  )}
                </For>
              </dl>
            </>
          )}
        </Show>
      </div>
    </div>
  );
}

function escaped(name: string): string {
  return name.replaceAll("]", "]]");
}
