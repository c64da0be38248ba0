import { Show } from "solid-js";
import type { ColumnProps } from "./column-card.tsx";
import styles from "./computed-choice.module.css";

/** What to do with a column that the workbook computes: import its values, or go on computing it. */
export function ComputedChoice(props: ColumnProps) {
  const made = () => (props.mapping.target.kind === "new" ? props.mapping.target.field : undefined);
  const isOn = () => made()?.formula !== undefined;
  const change = (isWanted: boolean, formula: string) => {
    const { formula: _, ...field } = made() ?? props.session.newField(props.index);
    props.session.setTarget(props.index, {
      kind: "new",
      field: isWanted ? { ...field, formula } : field,
    });
  };

  return (
    <Show when={props.column.computed}>
      {(computed) => (
        <div class={styles.root}>
          <Show
            when={made() !== undefined && computed().problem === undefined && computed().formula}
            fallback={
              <p>
                The workbook computes it: <code>={computed().text}</code>.{" "}
                <Show when={computed().lookup}>
                  {(lookup) => (
                    <>
                      It looks “{lookup().by}” up in the worksheet “{lookup().sheet}”.{" "}
                    </>
                  )}
                </Show>
                The values it has now are imported.
                <Show when={made() !== undefined && computed().problem}>
                  {(problem) => <> {problem()}</>}
                </Show>
              </p>
            }
          >
            {(formula) => (
              <label>
                <input
                  type="checkbox"
                  checked={isOn()}
                  onChange={(event) => change(event.currentTarget.checked, formula())}
                />
                <span>
                  Go on computing it: <code>{formula()}</code>
                  <small>
                    {isOn()
                      ? "It changes with the columns it reads, and nobody types in it."
                      : "The workbook does. Otherwise the values it has now are imported."}
                  </small>
                </span>
              </label>
            )}
          </Show>
        </div>
      )}
    </Show>
  );
}
