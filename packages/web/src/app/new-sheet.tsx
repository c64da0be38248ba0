import { createSignal } from "solid-js";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { addSheet } from "./sheet-actions.ts";
import type { Shell } from "./shell.ts";

export function NewSheet(props: { shell: Shell; onClose: () => void }) {
  const [name, setName] = createSignal("");
  const [error, setError] = createSignal<string>();
  const create = (event: SubmitEvent) => {
    event.preventDefault();
    const text = name().trim();
    if (!text) {
      setError("Give the sheet a name, like Suppliers or Orders.");
      return;
    }
    const key = addSheet(props.shell.workspace, text);
    props.onClose();
    if (key) props.shell.goToSheet(key);
  };
  return (
    <Dialog
      title="New sheet"
      size="small"
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Button variant="primary" type="submit" form="new-sheet">
            Add sheet
          </Button>
        </>
      }
    >
      <form id="new-sheet" onSubmit={create}>
        <TextField
          label="Name"
          autofocus
          maxLength={100}
          placeholder="Suppliers"
          value={name()}
          error={error()}
          hint="It starts with a name and notes; add the columns you need."
          onInput={(value) => {
            setName(value);
            setError(undefined);
          }}
        />
      </form>
    </Dialog>
  );
}
