import { createEffect, createMemo, on, type Accessor } from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import type { Definition } from "@gridfolk/core/view/definition";
import { count } from "./change.ts";
import type { SheetGrid } from "./grid.ts";
import type { Layout } from "./layout.ts";
import type { Guest } from "./marks.ts";
import type { RowOrder } from "./row-order.ts";
import type { SheetQuestion } from "./sheet-question.ts";

export interface KeepDrawnDeps {
  readonly grid: () => SheetGrid | undefined;
  readonly order: RowOrder;
  readonly question: SheetQuestion;
  readonly layout: Accessor<Layout>;
  readonly fields: Accessor<readonly Field[]>;
  readonly search: Accessor<string>;
  readonly people: Accessor<readonly Guest[]>;
  readonly announce: (text: string) => void;
}

/** Carries what the person asks for onto the screen; each part is drawn again only when it says something else. */
export function keepDrawn(deps: KeepDrawnDeps): void {
  const { grid, layout, question, order } = deps;
  const arrangement = createMemo(
    () => [deps.fields(), layout().widths, layout().pinned] as const,
    undefined,
    {
      equals: (a, b) => a.every((part, at) => JSON.stringify(part) === JSON.stringify(b[at])),
    },
  );
  /** A part of what is asked. */
  function part(read: (now: Definition) => unknown): () => string {
    return createMemo(() => JSON.stringify(read(question.asked().definition)));
  }
  const follow = (what: Accessor<unknown>, draw: () => void) =>
    createEffect(on(what, draw, { defer: true }));

  follow(arrangement, () => grid()?.columnsChanged());
  const rows = part(({ sort, filter, group }) => [sort, filter, group]);
  createEffect(
    on(
      [deps.search, rows],
      () => {
        question.ask();
        grid()?.questionChanged();
        const { shown, total } = question.counts();
        deps.announce(
          shown === total
            ? count(total, "row")
            : `${shown.toLocaleString()} of ${count(total, "row")}`,
        );
      },
      { defer: true },
    ),
  );
  follow(
    () => layout().collapsed.join("\n\n"),
    () => {
      order.collapse(new Set(layout().collapsed));
      grid()?.rowsChanged();
      grid()?.summariesChanged();
    },
  );
  follow(
    part(({ rules }) => rules),
    () => grid()?.cellsChanged("all", "all"),
  );
  follow(
    part(({ summaries }) => summaries),
    () => grid()?.summariesChanged(),
  );
  follow(deps.people, () => grid()?.peopleChanged());
  follow(
    () => layout().height,
    () => grid()?.rowHeightChanged(),
  );
}
