import ArrowLeft from "lucide-solid/icons/arrow-left";
import ArrowRight from "lucide-solid/icons/arrow-right";
import ChevronDown from "lucide-solid/icons/chevron-down";
import Copy from "lucide-solid/icons/copy";
import Link from "lucide-solid/icons/link";
import Lock from "lucide-solid/icons/lock";
import Pencil from "lucide-solid/icons/pencil";
import Plus from "lucide-solid/icons/plus";
import Trash from "lucide-solid/icons/trash";
import Users from "lucide-solid/icons/users";
import { createSignal, For, Show } from "solid-js";
import type { View } from "@gridfolk/core/view/views";
import { Button, IconButton } from "../../ui/button.tsx";
import { lazyForm } from "../../ui/lazy-form.tsx";
import { Menu, MenuButton, pointAnchor, type MenuItem } from "../../ui/menu.tsx";
import { showToast } from "../../ui/toast.tsx";
import type { Naming } from "./name-form.tsx";
import type { SheetViews } from "./sheet-views.ts";
import styles from "./view-tabs.module.css";

export interface ViewTabsProps {
  views: SheetViews;
  /** Id of the element that shows the view. */
  panel: string;
  /** Address of a view, to be given to others. */
  address: (id: string) => string;
}

const NameForm = lazyForm(() => import("./name-form.tsx").then((m) => m.NameForm));

const WHOLE = "";

/** The saved views of the sheet, as tabs: one stop for Tab, arrows move, the menu key opens a view's menu, F2 renames. */
export function ViewTabs(props: ViewTabsProps) {
  const [naming, setNaming] = createSignal<Naming>();
  const [menu, setMenu] = createSignal<{ view: View; anchor: DOMRect }>();
  const [dragged, setDragged] = createSignal<string>();
  const [over, setOver] = createSignal<string>();
  let list!: HTMLDivElement;
  const tabs = () => [{ id: WHOLE, name: "All" }, ...props.views.all()];
  const selected = () => props.views.active()?.id ?? WHOLE;
  const viewOf = (id: string) => props.views.all().find((view) => view.id === id);
  const tabOf = (id: string) => list.querySelector<HTMLElement>(`[data-view="${CSS.escape(id)}"]`);
  const anchorOf = (id: string) => (tabOf(id) ?? list).getBoundingClientRect();

  const open = (id: string) => props.views.open(id === WHOLE ? undefined : id);
  const onKeyDown = (event: KeyboardEvent, id: string) => {
    const at = tabs().findIndex((tab) => tab.id === id);
    const view = viewOf(id);
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      if (event.altKey && view !== undefined && props.views.canShare()) {
        // "All" stays first and is no view of its own.
        props.views.move(view, Math.max(0, at - 1 + (event.key === "ArrowRight" ? 1 : -1)));
        queueMicrotask(() => tabOf(id)?.focus());
      } else {
        const step = event.key === "ArrowRight" ? 1 : -1;
        const next = tabs()[(at + step + tabs().length) % tabs().length];
        open(next?.id ?? WHOLE);
        tabOf(next?.id ?? WHOLE)?.focus();
      }
    } else if (event.key === "F2" && view !== undefined && props.views.canChange(view)) {
      setNaming({ to: "rename", view, anchor: anchorOf(id) });
    } else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
      NameForm.preload();
      if (view !== undefined) setMenu({ view, anchor: anchorOf(id) });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const drop = (id: string) => {
    const view = viewOf(dragged() ?? WHOLE);
    const to = props.views.all().findIndex((other) => other.id === id);
    setDragged(undefined);
    setOver(undefined);
    if (view !== undefined && view.id !== id) props.views.move(view, Math.max(0, to));
  };

  return (
    <div class={styles.root}>
      <div role="tablist" aria-label="Views" ref={list}>
        <For each={tabs()}>
          {(tab) => (
            <button
              type="button"
              role="tab"
              data-view={tab.id}
              aria-selected={tab.id === selected()}
              aria-controls={props.panel}
              tabIndex={tab.id === selected() ? 0 : -1}
              draggable={tab.id !== WHOLE && props.views.canShare()}
              data-over={over() === tab.id ? "" : undefined}
              onClick={() => open(tab.id)}
              onKeyDown={(event) => onKeyDown(event, tab.id)}
              onContextMenu={(event) => {
                const view = viewOf(tab.id);
                if (view === undefined) return;
                event.preventDefault();
                NameForm.preload();
                setMenu({ view, anchor: pointAnchor(event) });
              }}
              onDragStart={() => setDragged(tab.id)}
              onDragOver={(event) => {
                if (dragged() === undefined) return;
                event.preventDefault();
                setOver(tab.id);
              }}
              onDragEnd={() => {
                setDragged(undefined);
                setOver(undefined);
              }}
              onDrop={(event) => {
                event.preventDefault();
                drop(tab.id);
              }}
            >
              <Show when={viewOf(tab.id)?.owner}>
                <Lock size={12} role="img" aria-label="Private" />
              </Show>
              {tab.name}
            </button>
          )}
        </For>
      </div>
      <Show when={props.views.active()}>
        {(view) => (
          <MenuButton label={`View ${view().name}`} items={items(view())} onOpen={NameForm.preload}>
            {(trigger) => (
              <IconButton
                {...trigger}
                icon={ChevronDown}
                iconSize={14}
                size="small"
                label={`Menu of the view ${view().name}`}
              />
            )}
          </MenuButton>
        )}
      </Show>
      <IconButton
        icon={Plus}
        iconSize={15}
        size="small"
        label="Save as a new view"
        data-add-view=""
        onPointerEnter={NameForm.preload}
        onFocus={NameForm.preload}
        onClick={(event) =>
          setNaming({ to: "add", anchor: event.currentTarget.getBoundingClientRect() })
        }
      />
      <Show when={props.views.changed()}>
        <Show when={props.views.active()}>
          {(view) => (
            <Show when={props.views.canChange(view())}>
              <Button size="small" onClick={() => props.views.save()}>
                Save
              </Button>
            </Show>
          )}
        </Show>
        <Button size="small" variant="quiet" onClick={() => props.views.reset()}>
          Reset
        </Button>
      </Show>
      <Show when={menu()} keyed>
        {(shown) => (
          <Menu
            label={`View ${shown.view.name}`}
            items={items(shown.view)}
            anchor={shown.anchor}
            onClose={() => setMenu(undefined)}
          />
        )}
      </Show>
      <Show when={naming()} keyed>
        {(shown) => (
          <NameForm naming={shown} views={props.views} onClose={() => setNaming(undefined)} />
        )}
      </Show>
    </div>
  );

  function items(view: View): readonly MenuItem[] {
    const { views } = props;
    const at = views.all().findIndex((other) => other.id === view.id);
    const mayChange = views.canChange(view);
    const isPrivate = view.owner !== undefined;
    return [
      {
        label: "Rename",
        icon: Pencil,
        keys: "F2",
        disabled: !mayChange,
        run: () => setNaming({ to: "rename", view, anchor: anchorOf(view.id) }),
      },
      {
        label: "Duplicate",
        icon: Copy,
        run: () => setNaming({ to: "add", from: view, anchor: anchorOf(view.id) }),
      },
      { label: "Copy link", icon: Link, run: () => void copyLink(view) },
      {
        label: isPrivate ? "Share with everybody" : "Make private to me",
        icon: isPrivate ? Users : Lock,
        disabled: !views.canShare(),
        run: () => views.share(view, isPrivate),
      },
      "separator",
      {
        label: "Move left",
        icon: ArrowLeft,
        keys: "Alt+←",
        disabled: at <= 0 || !views.canShare(),
        run: () => views.move(view, at - 1),
      },
      {
        label: "Move right",
        icon: ArrowRight,
        keys: "Alt+→",
        disabled: at < 0 || at >= views.all().length - 1 || !views.canShare(),
        run: () => views.move(view, at + 1),
      },
      "separator",
      {
        label: "Delete view",
        icon: Trash,
        danger: true,
        disabled: !mayChange,
        run: () => views.remove(view),
      },
    ];
  }

  async function copyLink(view: View): Promise<void> {
    const address = props.address(view.id);
    try {
      await navigator.clipboard.writeText(address);
      showToast({
        text: `Copied the link to ${view.name}`,
        ...(view.owner === undefined ? {} : { detail: "The view is private: share it first." }),
      });
    } catch {
      showToast({
        text: "The browser does not let the link be copied",
        detail: address,
        problem: true,
      });
    }
  }
}
