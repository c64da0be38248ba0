import ArrowDown from "lucide-solid/icons/arrow-down";
import ArrowUp from "lucide-solid/icons/arrow-up";
import X from "lucide-solid/icons/x";
import { Show } from "solid-js";
import { IconButton } from "../../ui/button.tsx";

export interface MoveButtonsProps {
  name: string;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: -1 | 1) => void;
  onRemove?: () => void;
}

/** At the end of a line of a list: up, down, out of it. */
export function MoveButtons(props: MoveButtonsProps) {
  return (
    <>
      <IconButton
        icon={ArrowUp}
        size="small"
        label={`Move ${props.name} up`}
        disabled={props.isFirst}
        onClick={() => props.onMove(-1)}
      />
      <IconButton
        icon={ArrowDown}
        size="small"
        label={`Move ${props.name} down`}
        disabled={props.isLast}
        onClick={() => props.onMove(1)}
      />
      <Show when={props.onRemove}>
        {(onRemove) => (
          <IconButton
            icon={X}
            size="small"
            label={`Remove ${props.name}`}
            onClick={() => onRemove()()}
          />
        )}
      </Show>
    </>
  );
}
