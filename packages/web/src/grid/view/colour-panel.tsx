import Plus from "lucide-solid/icons/plus";
import { createSignal, For, Show } from "solid-js";
import { PALETTE } from "@gridfolk/core/field/palette";
import type { ColourRule } from "@gridfolk/core/view/definition";
import { Button } from "../../ui/button.tsx";
import { Chip } from "../../ui/chip.tsx";
import { begin } from "../filter/filter-bar.tsx";
import { FilterTree } from "../filter/filter-tree.tsx";
import { describeFilter } from "../filter/words.ts";
import { MoveButtons } from "./move-buttons.tsx";
import { moved, type PanelProps } from "./panel-props.ts";
import styles from "./panels.module.css";

/** Which rows or cells stand out, in which colour, and what that means. The first rule that holds counts. */
export function ColourPanel(props: PanelProps) {
  const rules = () => props.layout.rules;
  const [edited, setEdited] = createSignal<number>();
  const change = (at: number, part: Partial<ColourRule>) =>
    props.onChange({
      rules: rules().map((rule, index) => (index === at ? withPart(rule, part) : rule)),
    });
  const words = (rule: ColourRule) => describeFilter(rule.filter, props.fieldOf, props.look);
  const name = (rule: ColourRule) => rule.name || words(rule);
  return (
    <div class={styles.panel}>
      <h2>Colours</h2>
      <ul class={styles.list} aria-label="What the colours mean">
        <For each={rules().map((_, index) => index)}>
          {(at) => {
            const rule = () => rules()[at] as ColourRule;
            return (
              <Show when={rules()[at]}>
                <li class={styles.rule}>
                  <div class={styles.line}>
                    <label>
                      <Chip text={name(rule())} color={rule().color} />
                    </label>
                    <Button
                      size="small"
                      variant="quiet"
                      aria-expanded={edited() === at}
                      onClick={() => setEdited(edited() === at ? undefined : at)}
                    >
                      {edited() === at ? "Done" : "Edit"}
                    </Button>
                    <MoveButtons
                      name={name(rule())}
                      isFirst={at === 0}
                      isLast={at === rules().length - 1}
                      onMove={(by) => {
                        setEdited(undefined);
                        props.onChange({ rules: moved(rules(), at, by) });
                      }}
                      onRemove={() => {
                        setEdited(undefined);
                        props.onChange({ rules: rules().toSpliced(at, 1) });
                      }}
                    />
                  </div>
                  <Show when={edited() === at}>
                    <div class={styles.line}>
                      <input
                        class={styles.control}
                        type="text"
                        maxLength={200}
                        aria-label="Name of the rule"
                        placeholder={words(rule())}
                        value={rule().name}
                        onInput={(event) => change(at, { name: event.currentTarget.value })}
                      />
                      <select
                        class={styles.control}
                        aria-label="What is coloured"
                        onChange={(event) =>
                          change(at, { field: event.currentTarget.value || undefined })
                        }
                      >
                        <option value="" selected={rule().field === undefined}>
                          The whole row
                        </option>
                        <For each={props.fields}>
                          {(field) => (
                            <option value={field.key} selected={rule().field === field.key}>
                              {field.name}
                            </option>
                          )}
                        </For>
                      </select>
                      <select
                        class={styles.control}
                        aria-label="Colour"
                        onChange={(event) => {
                          const color = PALETTE.find((one) => one === event.currentTarget.value);
                          if (color !== undefined) change(at, { color });
                        }}
                      >
                        <For each={PALETTE}>
                          {(color) => (
                            <option value={color} selected={rule().color === color}>
                              {color}
                            </option>
                          )}
                        </For>
                      </select>
                    </div>
                    <FilterTree
                      filter={rule().filter}
                      fields={props.asked}
                      deps={props.deps}
                      onChange={(filter) => change(at, { filter })}
                    />
                  </Show>
                </li>
              </Show>
            );
          }}
        </For>
      </ul>
      <div class={styles.foot}>
        <Button
          size="small"
          icon={Plus}
          onClick={() => {
            const [field] = props.asked;
            if (field === undefined) return;
            const color = PALETTE[rules().length % PALETTE.length] ?? "blue";
            const rule = { name: "", filter: { and: [begin(field)] }, color };
            props.onChange({ rules: [...rules(), rule] });
            setEdited(rules().length - 1);
          }}
        >
          Add a rule
        </Button>
      </div>
    </div>
  );
}

function withPart(rule: ColourRule, part: Partial<ColourRule>): ColourRule {
  return { ...rule, ...part };
}
