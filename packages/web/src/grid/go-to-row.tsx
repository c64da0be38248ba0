import { createSignal } from "solid-js";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";

/** Asks for the number of a row. */
export function GoToRow(props: { rows: number; onGo: (row: number) => void; onClose: () => void }) {
  const [text, setText] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const row = () => Number(text().replaceAll(/[\s.,'’]/g, ""));
  const isRow = () => Number.isSafeInteger(row()) && row() >= 1 && row() <= props.rows;
  const go = () => {
    setTried(true);
    if (isRow()) props.onGo(row() - 1);
  };
  return (
    <Dialog
      title="Go to row"
      size="small"
      onClose={() => props.onClose()}
      footer={
        <Button variant="primary" onClick={go}>
          Go
        </Button>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <TextField
          label="Row number"
          inputMode="numeric"
          autofocus
          value={text()}
          error={
            tried() && !isRow()
              ? `Rows here go from 1 to ${props.rows.toLocaleString()}.`
              : undefined
          }
          onInput={setText}
        />
      </form>
    </Dialog>
  );
}
