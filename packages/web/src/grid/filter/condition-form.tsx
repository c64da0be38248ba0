import { Popover } from "../popover.tsx";
import { ConditionEditor, type ConditionEditorProps } from "./condition-editor.tsx";

/** The form of one condition, beside its chip. */
export function ConditionForm(
  props: ConditionEditorProps & { chip: HTMLElement; onClose: () => void },
) {
  return (
    <Popover
      label={`Filter on ${props.field.name}`}
      anchor={props.chip.getBoundingClientRect()}
      trigger={props.chip}
      onClose={() => props.onClose()}
    >
      <ConditionEditor {...props} />
    </Popover>
  );
}
