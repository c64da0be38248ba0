import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import type { Answer } from "./beyond.tsx";
import { count } from "./change.ts";

export interface BeyondQuestionProps {
  /** How many columns have no column to go to. */
  columns: number;
  onAnswer: (answer: Answer) => void;
  onClose: () => void;
}

/** Asks whether what is pasted beyond the last column gets columns. */
export function BeyondQuestion(props: BeyondQuestionProps) {
  return (
    <Dialog
      title={
        props.columns === 1
          ? "One column more than here"
          : `${props.columns} columns more than here`
      }
      size="small"
      onClose={() => props.onClose()}
      footer={
        <>
          <Button onClick={() => props.onAnswer("leave")}>Leave out</Button>
          <Button variant="primary" autofocus onClick={() => props.onAnswer("add")}>
            Add {count(props.columns, "column")}
          </Button>
        </>
      }
    >
      <p>
        What you paste reaches beyond the last column. New columns get the type that their values
        have.
      </p>
    </Dialog>
  );
}
