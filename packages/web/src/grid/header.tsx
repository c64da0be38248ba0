import ArrowDown from "lucide-solid/icons/arrow-down";
import ArrowUp from "lucide-solid/icons/arrow-up";
import ChevronDown from "lucide-solid/icons/chevron-down";
import ListFilter from "lucide-solid/icons/list-filter";
import Plus from "lucide-solid/icons/plus";
import { createEffect, Show, type Accessor } from "solid-js";
import { Dynamic, render } from "solid-js/web";
import type { Field } from "@gridfolk/core/field/field";
import type { IHeaderComp, IHeaderParams } from "ag-grid-community";
import { fieldIcons } from "./field-icon.tsx";
import styles from "./header.module.css";

/** How a column is sorted: direction, and its rank when several columns are. */
export interface SortMark {
  readonly descending: boolean;
  /** From 1; absent when it is the only one. */
  readonly rank?: number;
}

export interface HeaderDeps {
  /** Reactive. */
  readonly field: (key: string) => Field | undefined;
  readonly sort: (key: string) => SortMark | undefined;
  readonly filtered: (key: string) => boolean;
  readonly onSort: (key: string, additive: boolean) => void;
  readonly onMenu: (key: string, anchor: HTMLElement) => void;
  readonly onAdd: (anchor: HTMLElement) => void;
}

interface Params extends IHeaderParams {
  readonly deps: HeaderDeps;
}

/** A column's header: its type, its name, how it is sorted, and the button of its menu. */
export class FieldHeader implements IHeaderComp {
  #gui = document.createElement("div");
  #dispose: (() => void) | undefined;

  init(params: Params): void {
    const key = params.column.getColId();
    this.#gui.className = styles.host as string;
    this.#dispose = render(() => {
      const field: Accessor<Field | undefined> = () => params.deps.field(key);
      return (
        <Show when={field()}>
          {(shown) => (
            <HeaderContent
              field={shown()}
              sort={params.deps.sort(key)}
              filtered={params.deps.filtered(key)}
              cell={params.eGridHeader}
              onSort={(additive) => params.deps.onSort(key, additive)}
              onMenu={(anchor) => params.deps.onMenu(key, anchor)}
            />
          )}
        </Show>
      );
    }, this.#gui);
  }

  getGui(): HTMLElement {
    return this.#gui;
  }

  refresh(): boolean {
    return true;
  }

  destroy(): void {
    this.#dispose?.();
  }
}

interface HeaderContentProps {
  field: Field;
  sort: SortMark | undefined;
  filtered: boolean;
  /** The grid's own element, which has the role of a column header. */
  cell: HTMLElement;
  onSort: (additive: boolean) => void;
  onMenu: (anchor: HTMLElement) => void;
}

function HeaderContent(props: HeaderContentProps) {
  const ariaSort = () =>
    props.sort === undefined ? "none" : props.sort.descending ? "descending" : "ascending";
  createEffect(() => {
    props.cell.ariaSort = ariaSort();
  });
  return (
    <div
      class={styles.root}
      data-required={props.field.required ? "" : undefined}
      onClick={(event) => props.onSort(event.shiftKey)}
      onContextMenu={(event) => {
        event.preventDefault();
        props.onMenu(event.currentTarget);
      }}
    >
      <Dynamic component={fieldIcons[props.field.type]} size={14} aria-hidden={true} />
      <span class={styles.name} title={props.field.description ?? props.field.name}>
        {props.field.name}
      </span>
      <Show when={props.filtered}>
        <span class={styles.state} role="img" aria-label="Filtered">
          <ListFilter size={13} aria-hidden={true} />
        </span>
      </Show>
      <Show when={props.sort}>
        {(sort) => (
          <span class={styles.state}>
            <Dynamic
              component={sort().descending ? ArrowDown : ArrowUp}
              size={13}
              aria-hidden={true}
            />
            <Show when={sort().rank}>
              <small>{sort().rank}</small>
            </Show>
          </span>
        )}
      </Show>
      <button
        type="button"
        class={styles.menu}
        tabIndex={-1}
        aria-label={`Menu of column ${props.field.name}`}
        aria-haspopup="menu"
        data-column-menu={props.field.key}
        onPointerDown={(event) => event.stopPropagation()}
        onClick={(event) => {
          event.stopPropagation();
          props.onMenu(event.currentTarget);
        }}
      >
        <ChevronDown size={14} aria-hidden={true} />
      </button>
    </div>
  );
}

/** The last column: adds one. */
export class AddHeader implements IHeaderComp {
  #gui = document.createElement("div");
  #dispose: (() => void) | undefined;

  init(params: Params): void {
    this.#gui.className = styles.host as string;
    this.#dispose = render(
      () => (
        <button
          type="button"
          class={styles.add}
          tabIndex={-1}
          aria-label="Add a column"
          title="Add a column"
          data-add-column=""
          onClick={(event) => params.deps.onAdd(event.currentTarget)}
        >
          <Plus size={16} aria-hidden={true} />
        </button>
      ),
      this.#gui,
    );
  }

  getGui(): HTMLElement {
    return this.#gui;
  }

  refresh(): boolean {
    return true;
  }

  destroy(): void {
    this.#dispose?.();
  }
}
