import { createEffect } from "solid-js";
import type { Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { paint, type Look } from "../grid/cell-content.ts";
import styles from "./record.module.css";

export interface ValueProps {
  field: Field;
  cell: Cell | undefined;
  look: Look;
}

/** A value as the grid draws it; long text with all its lines. */
export function Value(props: ValueProps) {
  let host!: HTMLSpanElement;
  createEffect(() => {
    if (props.field.type === "longText" && typeof props.cell === "string") {
      host.textContent = props.cell;
    } else paint(host, props.field, props.cell, props.look);
  });
  return (
    <span
      ref={host}
      class={styles.drawn}
      data-long={props.field.type === "longText" ? "" : undefined}
    />
  );
}
