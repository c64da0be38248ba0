import ArrowUpRight from "lucide-solid/icons/arrow-up-right";
import Pencil from "lucide-solid/icons/pencil";
import {
  createSignal,
  createUniqueId,
  For,
  Match,
  onCleanup,
  onMount,
  Show,
  Switch,
  untrack,
} from "solid-js";
import { Dynamic } from "solid-js/web";
import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { isTextEntry } from "./text-entry.ts";
import { IconButton } from "../ui/button.tsx";
import { addressOf } from "../grid/address.ts";
import type { Look } from "../grid/cell-content.ts";
import { editorFor } from "../grid/editor/editor-for.tsx";
import type { Edited, EditorDeps, EditorHandle } from "../grid/editor/editor.ts";
import { fieldIcons } from "../grid/field-icon.tsx";
import { isWritable } from "../grid/sheet-context.ts";
import { Value } from "./value.tsx";
import styles from "./record.module.css";

export interface RecordFieldProps {
  field: Field;
  cell: Cell | undefined;
  look: Look;
  deps: EditorDeps;
  canEdit: boolean;
  onWrite: (edited: Edited) => void;
  onOpen: (sheet: string, id: string) => void;
}

/** One field of the record: its value, and its editor as soon as one types or clicks. */
export function RecordField(props: RecordFieldProps) {
  const id = createUniqueId();
  const [editing, setEditing] = createSignal<{ start: string | undefined }>();
  let button: HTMLButtonElement | undefined;
  const writable = () => props.canEdit && isWritable(props.field);
  const why = () =>
    isInvalid(props.cell)
      ? registry[props.field.type].why(props.cell.invalid, props.field, props.look.locale)
      : undefined;
  const address = () =>
    props.cell === undefined || isInvalid(props.cell)
      ? undefined
      : addressOf(props.field, props.cell);
  const links = (): readonly string[] =>
    props.field.type === "link" && Array.isArray(props.cell)
      ? (props.cell as readonly string[])
      : [];
  const begin = (start?: string) => {
    if (writable()) setEditing({ start });
  };
  const end = (edited: Edited | undefined, back: boolean) => {
    setEditing(undefined);
    if (edited !== undefined) props.onWrite(edited);
    if (back) button?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "F2") begin();
    else if (event.key === "Delete" || event.key === "Backspace") {
      props.onWrite({ cell: undefined, first: [] });
    } else if (isTextEntry(event)) begin(event.key);
    else return;
    event.preventDefault();
  };

  return (
    <div class={styles.field} data-invalid={why() === undefined ? undefined : ""}>
      <span class={styles.label} id={id} title={props.field.description ?? ""}>
        <Dynamic component={fieldIcons[props.field.type]} size={14} aria-hidden={true} />
        {props.field.name}
        <Show when={props.field.required}>
          <span class={styles.required} aria-label="required">
            *
          </span>
        </Show>
      </span>
      <div class={styles.value}>
        <Switch>
          <Match when={props.field.type === "checkbox"}>
            <input
              type="checkbox"
              aria-labelledby={id}
              checked={props.cell === true}
              disabled={!writable()}
              onChange={(event) => props.onWrite({ cell: event.currentTarget.checked, first: [] })}
            />
          </Match>
          <Match when={editing()} keyed>
            {(open) => (
              <FieldEditor
                field={props.field}
                cell={props.cell}
                start={open.start}
                deps={props.deps}
                onEnd={end}
              />
            )}
          </Match>
          <Match when={links().length > 0}>
            <span class={styles.links}>
              <For each={links()}>
                {(record) => (
                  <button
                    type="button"
                    class={styles.link}
                    onClick={() => props.onOpen(props.field.link?.sheet ?? "", record)}
                  >
                    {props.look.names.nameOf(props.field, record) ?? "Deleted"}
                  </button>
                )}
              </For>
            </span>
            <Show when={writable()}>
              <IconButton
                ref={(element) => (button = element)}
                icon={Pencil}
                iconSize={14}
                size="small"
                label={`Change ${props.field.name}`}
                class={styles.aside as string}
                onClick={() => begin()}
              />
            </Show>
          </Match>
          <Match when={true}>
            <button
              ref={(element) => (button = element)}
              type="button"
              class={styles.edit}
              aria-labelledby={`${id} ${id}-value`}
              aria-describedby={why() === undefined ? undefined : `${id}-why`}
              aria-disabled={!writable()}
              onClick={() => begin()}
              onKeyDown={onKeyDown}
            >
              <span id={`${id}-value`} class={styles.shown}>
                <Show
                  when={props.cell !== undefined}
                  fallback={<span class={styles.blank}>{writable() ? "Blank" : "—"}</span>}
                >
                  <Value field={props.field} cell={props.cell} look={props.look} />
                </Show>
              </span>
            </button>
            <Show when={address()}>
              {(href) => (
                <a
                  class={styles.open}
                  href={href()}
                  aria-label={`Open ${props.field.name}`}
                  {...(props.field.type === "url"
                    ? { target: "_blank", rel: "noopener noreferrer" }
                    : {})}
                >
                  <ArrowUpRight size={14} aria-hidden={true} />
                </a>
              )}
            </Show>
          </Match>
        </Switch>
      </div>
      <Show when={why()}>
        <p class={styles.why} id={`${id}-why`}>
          {why()}
        </p>
      </Show>
    </div>
  );
}

interface FieldEditorProps {
  field: Field;
  cell: Cell | undefined;
  start: string | undefined;
  deps: EditorDeps;
  /** Undefined: given up. `back`: the focus returns to the value. */
  onEnd: (edited: Edited | undefined, back: boolean) => void;
}

/** The grid's editor in place of the value. Enter takes, Escape gives up, leaving takes. */
function FieldEditor(props: FieldEditorProps) {
  let host!: HTMLDivElement;
  let handle: EditorHandle | undefined;
  let ended = false;
  const end = (take: boolean, back: boolean) => {
    if (ended) return;
    ended = true;
    props.onEnd(take ? handle?.value() : undefined, back);
  };
  // The cell the edit began with: somebody else's change must not take the editor away.
  const cell = untrack(() => props.cell);
  const Editor = untrack(() => editorFor(props.field));
  onMount(() => {
    const leave = (event: FocusEvent) => {
      if (!host.contains(event.relatedTarget as Node | null) && document.hasFocus())
        end(true, false);
    };
    host.addEventListener("focusout", leave);
    onCleanup(() => host.removeEventListener("focusout", leave));
  });
  return (
    <div
      ref={host}
      class={styles.editor}
      on:keydown={(event) => {
        if (event.key === "Escape") end(false, true);
        else if (event.key === "Enter" && !event.isComposing) end(true, true);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <Editor
        field={props.field}
        cell={cell}
        start={props.start}
        label={props.field.name}
        deps={props.deps}
        ref={(made) => {
          handle = made;
          made.focus();
        }}
        onDone={() => end(true, true)}
      />
    </div>
  );
}
