import { createSignal, Show, type JSX } from "solid-js";
import { can } from "@gridfolk/core/access/role";
import { lazyForm } from "../ui/lazy-form.tsx";
import { count } from "./change.ts";
import type { Block } from "./clipboard.ts";
import type { SheetContext } from "./sheet-context.ts";

export interface Beyond {
  /** Asks what becomes of the columns of a paste that have no column to go to, and makes them. Undefined: nothing is pasted. */
  ask(block: Block): Promise<number | undefined>;
  /** The question, while it is asked. */
  readonly Question: () => JSX.Element;
}

/** What becomes of them; undefined: nothing is pasted. */
export type Answer = "add" | "leave" | undefined;

const BeyondQuestion = lazyForm(() =>
  import("./beyond-question.tsx").then((m) => m.BeyondQuestion),
);

/** Columns for what is pasted beyond the last one. */
export function createBeyond(sheet: SheetContext): Beyond {
  const [asked, setAsked] = createSignal<{ columns: number; answer: (answer: Answer) => void }>();
  return {
    async ask(block) {
      const columns = block.reduce((most, line) => Math.max(most, line.length), 0);
      if (!can(sheet.workspace.me().role, "design")) return 0;
      const answer = await new Promise<Answer>((resolve) => setAsked({ columns, answer: resolve }));
      setAsked(undefined);
      if (answer !== "add") return answer === "leave" ? 0 : undefined;
      const { columnsFor } = await import("./paste-columns.ts");
      const operations = columnsFor(block, sheet.sheet(), sheet.workspace.locale());
      const sent = sheet.workspace.commit(operations, `Added ${count(columns, "column")}`);
      return sent === undefined ? undefined : columns;
    },
    Question: () => (
      <Show when={asked()} keyed>
        {({ columns, answer }) => (
          <BeyondQuestion columns={columns} onAnswer={answer} onClose={() => answer(undefined)} />
        )}
      </Show>
    ),
  };
}
