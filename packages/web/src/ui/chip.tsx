import X from "lucide-solid/icons/x";
import { Show } from "solid-js";
import styles from "./chip.module.css";

/** Colours a choice may have, in the order they are given out. */
export const chipColors = [
  "gray",
  "red",
  "orange",
  "amber",
  "lime",
  "green",
  "teal",
  "blue",
  "indigo",
  "purple",
  "pink",
] as const;

export type ChipColor = (typeof chipColors)[number];

/** The palette's colour of that name; gray for names it does not have. */
export function chipColor(name: string | undefined): ChipColor {
  return chipColors.find((color) => color === name) ?? "gray";
}

export interface ChipProps {
  text: string;
  color?: string | undefined;
  onRemove?: () => void;
}

/** A choice, a tag, a linked record. */
export function Chip(props: ChipProps) {
  return (
    <span
      class={styles.root}
      style={{
        background: `var(--chip-${chipColor(props.color)})`,
        color: `var(--chip-${chipColor(props.color)}-ink)`,
      }}
    >
      <span>{props.text}</span>
      <Show when={props.onRemove}>
        <button
          type="button"
          aria-label={`Remove ${props.text}`}
          onClick={() => props.onRemove?.()}
        >
          <X size={12} />
        </button>
      </Show>
    </span>
  );
}
