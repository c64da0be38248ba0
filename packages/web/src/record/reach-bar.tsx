import Globe from "lucide-solid/icons/globe";
import Mail from "lucide-solid/icons/mail";
import MapPin from "lucide-solid/icons/map-pin";
import Phone from "lucide-solid/icons/phone";
import { For, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { addressOf } from "../grid/address.ts";
import type { Icon } from "../ui/button.tsx";
import styles from "./record.module.css";

export interface ReachBarProps {
  fields: readonly Field[];
  cell: (field: Field) => Cell | undefined;
}

interface Way {
  readonly label: string;
  readonly icon: Icon;
  readonly href: string;
}

/** Keys of the ready-made address fields, in the order of an envelope. */
const envelope = ["street", "postalCode", "city", "state", "country"];

/** Call, write, visit: within reach of the thumb on a phone. Nothing when the record has no way to be reached. */
export function ReachBar(props: ReachBarProps) {
  const first = (type: Field["type"]): string | undefined => {
    for (const field of props.fields) {
      const cell = field.type === type ? props.cell(field) : undefined;
      if (cell !== undefined && !isInvalid(cell)) return addressOf(field, cell);
    }
    return undefined;
  };
  const map = (): string | undefined => {
    const parts = envelope.flatMap((key) => {
      const field = props.fields.find((other) => other.key === key);
      const cell = field && props.cell(field);
      return typeof cell === "string" ? cell : [];
    });
    const located = parts.length > 1;
    return located
      ? `https://maps.google.com/?q=${encodeURIComponent(parts.join(", "))}`
      : undefined;
  };
  const ways = (): readonly Way[] => {
    const way = (label: string, icon: Icon, href: string | undefined): readonly Way[] =>
      href === undefined ? [] : [{ label, icon, href }];
    return [
      ...way("Call", Phone, first("phone")),
      ...way("Mail", Mail, first("email")),
      ...way("Web", Globe, first("url")),
      ...way("Map", MapPin, map()),
    ];
  };
  return (
    <Show when={ways().length > 0}>
      <nav class={styles.reach} aria-label="Get in touch">
        <For each={ways()}>
          {(way) => (
            <a
              href={way.href}
              {...(way.href.startsWith("http")
                ? { target: "_blank", rel: "noopener noreferrer" }
                : {})}
            >
              <Dynamic component={way.icon} size={18} aria-hidden={true} />
              {way.label}
            </a>
          )}
        </For>
      </nav>
    </Show>
  );
}
