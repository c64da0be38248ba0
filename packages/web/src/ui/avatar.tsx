import { personColor } from "../data/person.ts";
import styles from "./avatar.module.css";

/** "Grace Hopper" → "GH", "grace" → "G". */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...(word ?? "")][0]?.toLocaleUpperCase() ?? "").join("");
}

export interface AvatarProps {
  name: string;
  /** Decides the colour, unless one is given. */
  id: string;
  color?: string;
  size?: number;
}

export function Avatar(props: AvatarProps) {
  const size = () => props.size ?? 26;
  return (
    <span
      class={styles.root}
      role="img"
      aria-label={props.name}
      style={{
        background: `var(--${props.color ?? personColor(props.id)})`,
        width: `${size()}px`,
        height: `${size()}px`,
        "font-size": `${Math.round(size() * 0.41)}px`,
      }}
    >
      <span aria-hidden="true">{initials(props.name) || "?"}</span>
    </span>
  );
}
