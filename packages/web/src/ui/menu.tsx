import Check from "lucide-solid/icons/check";
import ChevronRight from "lucide-solid/icons/chevron-right";
import { createSignal, For, onCleanup, onMount, Show, type JSX } from "solid-js";
import { Dynamic, Portal } from "solid-js/web";
import { keysLabel } from "../app/commands.ts";
import type { Icon } from "./button.tsx";
import { landmarkOf } from "./landmark.ts";
import { placeBeside, type Placement } from "./place.ts";
import styles from "./menu.module.css";

export type MenuItem =
  | "separator"
  | { readonly heading: string }
  | {
      readonly label: string;
      readonly detail?: string;
      readonly icon?: Icon | undefined;
      readonly keys?: string | undefined;
      readonly danger?: boolean;
      readonly disabled?: boolean;
      /** Shows a tick; makes it a menuitemcheckbox. */
      readonly checked?: boolean;
      /** Leaves the menu open after running (a list of things to tick). */
      readonly stay?: boolean;
      readonly items?: readonly MenuItem[];
      readonly run?: () => void;
    };

type Action = Exclude<MenuItem, string | { heading: string }>;

export interface MenuButtonProps {
  items: readonly MenuItem[];
  label?: string;
  align?: "start" | "end";
  /** Before it opens: time to load what its entries lead to. */
  onOpen?: () => void;
  /** Renders the button; spread what it is given onto it. */
  children: (trigger: MenuTrigger) => JSX.Element;
}

interface MenuTrigger {
  readonly ref: (element: HTMLElement) => void;
  readonly onClick: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly "aria-haspopup": "menu";
  readonly "aria-expanded": boolean;
}

/** A button that opens a menu. */
export function MenuButton(props: MenuButtonProps) {
  const [open, setOpen] = createSignal(false);
  let button: HTMLElement | undefined;
  const show = () => {
    props.onOpen?.();
    setOpen(true);
  };
  const trigger = {
    ref: (element: HTMLElement) => (button = element),
    onClick: () => (open() ? setOpen(false) : show()),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "ArrowDown" || open()) return;
      event.preventDefault();
      show();
    },
    "aria-haspopup": "menu" as const,
    get "aria-expanded"() {
      return open();
    },
  };
  return (
    <>
      {props.children(trigger)}
      <Show when={open() && button}>
        {(anchor) => (
          <Menu
            items={props.items}
            label={props.label}
            anchor={anchor().getBoundingClientRect()}
            trigger={anchor()}
            placement={{ side: "block-end", align: props.align ?? "start" }}
            onClose={() => setOpen(false)}
          />
        )}
      </Show>
    </>
  );
}

export interface MenuProps {
  items: readonly MenuItem[];
  label?: string | undefined;
  /** The rectangle it opens beside: a button's, or one at the pointer (`pointAnchor`) for a context menu. */
  anchor: DOMRect;
  /** Clicks on it do not count as clicks outside. */
  trigger?: HTMLElement;
  placement?: Placement;
  onClose: () => void;
}

/** The rectangle of a point, for context menus. */
export function pointAnchor(event: { clientX: number; clientY: number }): DOMRect {
  return new DOMRect(event.clientX, event.clientY, 0, 0);
}

/**
 * An open menu. Takes the focus and gives it back; arrows, Home, End and typing move; Enter and Space run; Escape, Tab
 * and a click elsewhere close.
 */
export function Menu(props: MenuProps) {
  const before = document.activeElement;
  const close = (restore: boolean) => {
    if (restore && before instanceof HTMLElement && before.isConnected) before.focus();
    props.onClose();
  };
  return (
    <Portal mount={landmarkOf(props.trigger ?? before)} ref={takeNoRoom}>
      <Level
        items={props.items}
        label={props.label}
        anchor={props.anchor}
        placement={props.placement ?? { side: "block-end", align: "start", gap: 0 }}
        trigger={props.trigger}
        depth={0}
        onClose={close}
      />
    </Portal>
  );
}

/** A menu lies over the page: nothing of the landmark it is in moves for it. */
function takeNoRoom(element: HTMLDivElement): void {
  element.style.display = "contents";
}

interface LevelProps {
  items: readonly MenuItem[];
  label: string | undefined;
  anchor: DOMRect;
  placement: Placement;
  trigger: HTMLElement | undefined;
  depth: number;
  /** Closes the whole menu. */
  onClose: (restoreFocus: boolean) => void;
  /** Closes this level only. */
  onBack?: () => void;
}

function Level(props: LevelProps) {
  const [sub, setSub] = createSignal<{ item: Action; element: HTMLElement }>();
  let root!: HTMLDivElement;
  let typed = "";
  let typedAt = 0;

  /** Where others have an icon, one without stands in line with them. */
  const inLine = () =>
    props.items.some((item) => typeof item === "object" && "icon" in item && item.icon);
  const entries = () =>
    [...root.querySelectorAll<HTMLElement>(":scope > [role^=menuitem]")].filter(
      (element) => element.getAttribute("aria-disabled") !== "true",
    );
  const move = (step: number | "first" | "last") => {
    const all = entries();
    if (all.length === 0) return;
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to =
      step === "first"
        ? 0
        : step === "last"
          ? all.length - 1
          : at < 0
            ? step > 0
              ? 0
              : all.length - 1
            : (at + step + all.length) % all.length;
    all[to]?.focus();
  };
  const find = (key: string) => {
    const now = Date.now();
    typed = now - typedAt < 700 ? typed + key : key;
    typedAt = now;
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const turned = [...all.slice(at + (typed.length > 1 ? 0 : 1)), ...all.slice(0, at + 1)];
    turned
      .find((element) => element.textContent?.trim().toLowerCase().startsWith(typed.toLowerCase()))
      ?.focus();
  };
  const choose = (item: Action, element: HTMLElement) => {
    if (item.disabled) return;
    if (item.items) {
      setSub({ item, element });
      return;
    }
    if (!item.stay) props.onClose(true);
    item.run?.();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    switch (event.key) {
      case "ArrowDown":
        move(1);
        break;
      case "ArrowUp":
        move(-1);
        break;
      case "Home":
        move("first");
        break;
      case "End":
        move("last");
        break;
      case "ArrowRight": {
        const focused = document.activeElement as HTMLElement | null;
        if (focused?.getAttribute("aria-haspopup") === "menu") focused.click();
        break;
      }
      case "ArrowLeft":
        props.onBack?.();
        break;
      case "Escape":
        if (props.onBack) props.onBack();
        else props.onClose(true);
        break;
      case "Tab":
        props.onClose(true);
        break;
      default:
        if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
          find(event.key);
          break;
        }
        return;
    }
    event.preventDefault();
  };

  onMount(() => {
    root.showPopover?.();
    placeBeside(root, props.anchor, props.placement);
    // A list to choose from opens at what is chosen; a menu of deeds with choices further down at its beginning.
    const first = entries()[0];
    const ticked = root.querySelector<HTMLElement>(":scope > [aria-checked=true]");
    const start = first?.hasAttribute("aria-checked") ? (ticked ?? first) : first;
    (start ?? root).focus({ preventScroll: true });
    if (props.depth > 0) return;
    const outside = (event: PointerEvent) => {
      const target = event.target as Element;
      if (target.closest?.("[data-menu]") || props.trigger?.contains(target)) return;
      props.onClose(false);
    };
    const gone = () => props.onClose(false);
    document.addEventListener("pointerdown", outside, true);
    window.addEventListener("resize", gone);
    window.addEventListener("blur", gone);
    onCleanup(() => {
      document.removeEventListener("pointerdown", outside, true);
      window.removeEventListener("resize", gone);
      window.removeEventListener("blur", gone);
    });
  });

  return (
    <div
      ref={root}
      class={styles.root}
      popover="manual"
      role="menu"
      aria-label={props.label}
      data-menu=""
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onContextMenu={(event) => event.preventDefault()}
    >
      <For each={props.items}>
        {(item) => {
          if (item === "separator") return <hr />;
          if ("heading" in item)
            return (
              <div class={styles.heading} role="presentation">
                {item.heading}
              </div>
            );
          return (
            <button
              type="button"
              class={styles.item}
              role={item.checked === undefined ? "menuitem" : "menuitemcheckbox"}
              aria-checked={item.checked}
              aria-disabled={item.disabled || undefined}
              aria-haspopup={item.items ? "menu" : undefined}
              aria-expanded={item.items ? sub()?.item === item : undefined}
              data-danger={item.danger ? "" : undefined}
              tabIndex={-1}
              onPointerMove={(event) => {
                if (item.disabled || event.pointerType === "touch") return;
                if (document.activeElement !== event.currentTarget && sub()?.item !== item) {
                  event.currentTarget.focus({ preventScroll: true });
                  setSub(item.items ? { item, element: event.currentTarget } : undefined);
                }
              }}
              onClick={(event) => choose(item, event.currentTarget)}
            >
              <Show
                when={item.checked}
                fallback={
                  <Show
                    when={item.icon}
                    fallback={
                      <Show when={item.checked !== undefined || inLine()}>
                        <span style={{ width: "15px" }} />
                      </Show>
                    }
                  >
                    {(icon) => <Dynamic component={icon()} size={15} aria-hidden={true} />}
                  </Show>
                }
              >
                <Check size={15} aria-hidden={true} />
              </Show>
              <span class={styles.label}>
                {item.label}
                <Show when={item.detail}>
                  <span class={styles.detail}>{item.detail}</span>
                </Show>
              </span>
              <Show when={item.keys}>
                {(keys) => <span class={styles.keys}>{keysLabel(keys())}</span>}
              </Show>
              <Show when={item.items}>
                <ChevronRight size={14} aria-hidden={true} style={{ "grid-column": 3 }} />
              </Show>
            </button>
          );
        }}
      </For>
      <Show when={sub()} keyed>
        {(open) => (
          <Portal mount={landmarkOf(root)} ref={takeNoRoom}>
            <Level
              items={open.item.items ?? []}
              label={open.item.label}
              anchor={open.element.getBoundingClientRect()}
              placement={{ side: "inline-end", align: "start", gap: 2 }}
              trigger={undefined}
              depth={props.depth + 1}
              onClose={props.onClose}
              onBack={() => {
                setSub(undefined);
                open.element.focus();
              }}
            />
          </Portal>
        )}
      </Show>
    </div>
  );
}
