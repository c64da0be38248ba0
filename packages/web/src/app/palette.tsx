import Search from "lucide-solid/icons/search";
import { createMemo, createSignal, createUniqueId, For, onCleanup, onMount, Show } from "solid-js";
import { Dynamic, Portal } from "solid-js/web";
import { commands, keysLabel, type Command } from "./commands.ts";
import styles from "./palette.module.css";

const recent: string[] = [];

/**
 * How well a text answers what was typed: every typed word must begin a word of it. Higher is better, 0 is not at all.
 */
export function score(typed: string, text: string): number {
  const words = typed.toLowerCase().split(/\s+/u).filter(Boolean);
  const lower = text.toLowerCase();
  let sum = 1;
  for (const word of words) {
    const at = lower.startsWith(word)
      ? 0
      : lower.search(new RegExp(`[^\\p{L}\\p{N}]${escape(word)}`, "u"));
    if (at < 0) return 0;
    sum += at === 0 ? 3 : 1;
  }
  return sum;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Everything one can do, by typing a few letters of it. */
export function Palette(props: { onClose: () => void }) {
  const id = createUniqueId();
  const [typed, setTyped] = createSignal("");
  const [at, setAt] = createSignal(0);
  let root!: HTMLDialogElement;
  let list!: HTMLDivElement;

  const found = createMemo(() => {
    const text = typed().trim();
    const all = commands().filter(({ id }) => id !== "palette");
    if (text === "") {
      const order = (command: Command) => {
        const index = recent.indexOf(command.id);
        return index === -1 ? recent.length : index;
      };
      return [...all].sort((a, b) => order(a) - order(b));
    }
    return all
      .map((command) => ({
        command,
        score: Math.max(
          score(text, command.label) * 2,
          score(text, `${command.group} ${command.label} ${command.words ?? ""}`),
        ),
      }))
      .filter((hit) => hit.score > 0)
      .sort((a, b) => b.score - a.score)
      .map((hit) => hit.command);
  });
  const groups = createMemo(() => {
    const byGroup = new Map<string, Command[]>();
    for (const command of found()) {
      const group = typed().trim() === "" && recent.includes(command.id) ? "Recent" : command.group;
      byGroup.set(group, [...(byGroup.get(group) ?? []), command]);
    }
    return [...byGroup];
  });
  const flat = createMemo(() => groups().flatMap(([, members]) => members));
  const chosen = () => flat()[at()];

  const run = (command: Command | undefined) => {
    if (!command) return;
    const index = recent.indexOf(command.id);
    if (index !== -1) recent.splice(index, 1);
    recent.unshift(command.id);
    recent.length = Math.min(recent.length, 4);
    props.onClose();
    command.run();
  };
  const move = (to: number) => {
    const count = flat().length;
    if (count === 0) return;
    setAt((to + count) % count);
    list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "ArrowDown") move(at() + 1);
    else if (event.key === "ArrowUp") move(at() - 1);
    else if (event.key === "Enter" && !event.isComposing) run(chosen());
    else return;
    event.preventDefault();
  };

  onMount(() => {
    const before = document.activeElement;
    root.showModal();
    onCleanup(() => {
      root.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    });
  });

  return (
    <Portal>
      <dialog
        ref={root}
        class={styles.root}
        aria-label="Commands"
        onCancel={(event) => {
          event.preventDefault();
          props.onClose();
        }}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.target === root) props.onClose();
        }}
      >
        <div class={styles.input}>
          <Search size={17} aria-hidden={true} />
          <input
            autofocus
            type="text"
            role="combobox"
            aria-expanded={flat().length > 0}
            aria-controls={`${id}-list`}
            aria-activedescendant={chosen() ? `${id}-${chosen()!.id}` : undefined}
            aria-label="Find a command"
            placeholder="What do you want to do?"
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => {
              setTyped(event.currentTarget.value);
              setAt(0);
            }}
          />
        </div>
        <div ref={list} class={styles.list} role="listbox" id={`${id}-list`} aria-label="Commands">
          <For each={groups()}>
            {([group, members]) => (
              <>
                <div class={styles.heading} role="presentation">
                  {group}
                </div>
                <For each={members}>
                  {(command) => (
                    <div
                      class={styles.item}
                      role="option"
                      id={`${id}-${command.id}`}
                      aria-selected={chosen() === command}
                      onPointerMove={() => setAt(flat().indexOf(command))}
                      onClick={() => run(command)}
                    >
                      <Show when={command.icon} fallback={<i />}>
                        {(icon) => <Dynamic component={icon()} size={16} />}
                      </Show>
                      <span>{command.label}</span>
                      <Show when={command.keys}>{(keys) => <kbd>{keysLabel(keys())}</kbd>}</Show>
                    </div>
                  )}
                </For>
              </>
            )}
          </For>
        </div>
        <Show when={flat().length === 0}>
          <div class={styles.none} role="status">
            Nothing is called “{typed()}”.
          </div>
        </Show>
      </dialog>
    </Portal>
  );
}
