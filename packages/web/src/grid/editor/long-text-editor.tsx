import { createSignal, onMount } from "solid-js";
import { isInvalid } from "@gridfolk/core/field/cell";
import { registry } from "@gridfolk/core/field/registry";
import type { EditorProps } from "./editor.ts";
import { Panel } from "./panel.tsx";
import styles from "./editor.module.css";

/** Several lines, over the cell and as tall as the text needs. Enter is left to the host, Alt+Enter begins a line. */
export function LongTextEditor(props: EditorProps) {
  let area!: HTMLTextAreaElement;
  let open!: () => void;
  const text =
    props.cell === undefined ? "" : isInvalid(props.cell) ? props.cell.invalid : String(props.cell);
  const [lines, setLines] = createSignal(lineCount(props.start ?? text));
  const breakLine = () => {
    area.setRangeText("\n", area.selectionStart, area.selectionEnd, "end");
    setLines(lineCount(area.value));
  };
  onMount(() => {
    props.ref({
      value: () => ({
        cell:
          area.value === text
            ? props.cell
            : registry[props.field.type].parse(area.value, props.field, props.deps.locale()),
        first: [],
      }),
      focus() {
        open();
        area.focus();
        area.setSelectionRange(area.value.length, area.value.length);
      },
    });
  });
  return (
    <Panel over minWidth={320} ref={(show) => (open = show)}>
      <textarea
        ref={area}
        class={styles.area}
        rows={Math.min(14, Math.max(4, lines()))}
        aria-label={props.label}
        onInput={() => setLines(lineCount(area.value))}
        on:keydown={(event) => {
          if (event.key !== "Enter") return;
          if (!event.altKey && !event.shiftKey) return;
          event.preventDefault();
          event.stopPropagation();
          breakLine();
        }}
      >
        {props.start ?? text}
      </textarea>
      <p class={styles.hint}>
        <kbd>Alt</kbd> <kbd>Enter</kbd> new line
      </p>
    </Panel>
  );
}

function lineCount(text: string): number {
  return text.split("\n").reduce((lines, line) => lines + 1 + Math.floor(line.length / 46), 0);
}
