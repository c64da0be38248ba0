import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { registry } from "@gridfolk/core/field/registry";
import { Avatar } from "../../ui/avatar.tsx";
import { Chip } from "../../ui/chip.tsx";
import type { Edited, EditorProps } from "./editor.ts";
import { Picker, type PickerHandle, type PickerItem } from "./picker.tsx";

/** Choices of a field; a name that is not among them becomes a new option together with the value. */
export function ChoiceEditor(props: EditorProps) {
  const multiple = props.field.type === "multiChoice";
  const fresh: string[] = [];
  const items = (query: string) => {
    const names = [...(props.field.options ?? []).map((option) => option.name), ...fresh];
    return matching(
      names.map((name) => ({ id: name, label: name })),
      query,
    );
  };
  const color = (name: string) =>
    props.field.options?.find((option) => option.name === name)?.color;
  return (
    <Picker
      label={props.label}
      multiple={multiple}
      picked={pickedOf(props.cell)}
      start={startOf(props)}
      placeholder={multiple ? "Choose or type" : "Choose or type"}
      items={items}
      labelOf={(name) => name}
      colorOf={color}
      draw={(item) => <Chip text={item.label} color={color(item.id)} />}
      create={{
        label: "Create option",
        make(name) {
          fresh.push(name);
          return name;
        },
      }}
      ref={(handle) =>
        props.ref({
          focus: handle.focus,
          value: () =>
            result(props, handle, () => {
              const made = fresh.filter((name) => handle.picked().includes(name));
              return made.length === 0 ? [] : [props.deps.makeOption(props.field, made)];
            }),
        })
      }
      onDone={() => props.onDone()}
    />
  );
}

/** Members of the workspace. */
export function UserEditor(props: EditorProps) {
  const items = (query: string) =>
    matching(
      props.deps
        .people()
        .map(({ user, name, email }) => ({ id: user, label: name, detail: email })),
      query,
    );
  return (
    <Picker
      label={props.label}
      multiple={false}
      picked={pickedOf(props.cell)}
      start={startOf(props)}
      placeholder="Find a person"
      items={items}
      labelOf={(user) => props.deps.names.nameOf(props.field, user) ?? "Former member"}
      draw={(item) => (
        <span style={{ display: "inline-flex", gap: "7px", "align-items": "center" }}>
          <Avatar name={item.label} id={item.id} size={20} />
          {item.label}
        </span>
      )}
      ref={(handle) =>
        props.ref({ focus: handle.focus, value: () => result(props, handle, () => []) })
      }
      onDone={() => props.onDone()}
    />
  );
}

/** Records of the linked sheet; a name that none has becomes a new record together with the link. */
export function LinkEditor(props: EditorProps) {
  const made = new Map<string, { name: string; operation: Operation }>();
  return (
    <Picker
      label={props.label}
      multiple={props.field.link?.multiple ?? false}
      picked={pickedOf(props.cell)}
      start={startOf(props)}
      placeholder={`Find a ${props.deps.recordNoun(props.field)}`}
      items={(query) =>
        props.deps
          .records(props.field, query)
          .map(({ id, title, detail }) => ({ id, label: title || "Untitled", detail }))
      }
      labelOf={(id) =>
        made.get(id)?.name ?? (props.deps.names.nameOf(props.field, id) || "Untitled")
      }
      create={{
        label: `New ${props.deps.recordNoun(props.field)}`,
        make(name) {
          const { id, operation } = props.deps.makeRecord(props.field, name);
          made.set(id, { name, operation });
          return id;
        },
      }}
      ref={(handle) =>
        props.ref({
          focus: handle.focus,
          value: () =>
            result(props, handle, () =>
              handle.picked().flatMap((id) => made.get(id)?.operation ?? []),
            ),
        })
      }
      onDone={() => props.onDone()}
    />
  );
}

function startOf(props: EditorProps): string | undefined {
  if (props.start !== undefined) return props.start;
  return isInvalid(props.cell) ? props.cell.invalid : undefined;
}

function pickedOf(cell: Cell | undefined): readonly string[] {
  if (cell === undefined || isInvalid(cell)) return [];
  return Array.isArray(cell) ? (cell as readonly string[]) : [String(cell)];
}

/** Names that begin with what was typed, then names with a word that does, then the rest that contain it. */
export function matching(items: readonly PickerItem[], query: string): readonly PickerItem[] {
  if (query === "") return items;
  const wanted = query.toLowerCase();
  const ranked: PickerItem[][] = [[], [], []];
  for (const item of items) {
    const label = item.label.toLowerCase();
    const at = label.indexOf(wanted);
    if (at === 0) ranked[0]?.push(item);
    else if (at > 0 && /[\s\-/(.@]/.test(label[at - 1] as string)) ranked[1]?.push(item);
    else if (at > 0 || (item.detail?.toLowerCase().includes(wanted) ?? false))
      ranked[2]?.push(item);
  }
  return ranked.flat();
}

function result(props: EditorProps, handle: PickerHandle, first: () => Operation[]): Edited {
  const rest = handle.rest();
  const picked = handle.picked();
  if (!handle.touched()) {
    // Nothing was picked. What was typed and matches nothing is kept as text, marked.
    if (rest === "" || rest === startOf(props)) {
      if (props.start === undefined || rest === "") return { cell: props.cell, first: [] };
    }
    const cell = registry[props.field.type].parse(rest, props.field, props.deps.locale(), {
      names: props.deps.names,
    });
    return { cell, first: [] };
  }
  const list = props.field.type === "link" || props.field.type === "multiChoice";
  const cell = picked.length === 0 ? undefined : list ? picked : picked[0];
  return { cell, first: first() };
}
