import { addedChoices } from "./added-choices.ts";
import type { Composed } from "./composition.ts";
import { hiddenIn } from "./hidden.ts";
import { strangersIn } from "./strangers.ts";
import type { Table } from "./table.ts";
import { asksForMeaning } from "./unknown-choices.ts";

const SHOWN = 10;

/**
 * What an import that nobody watches has to say: that it takes rows and columns along which are hidden in the workbook, that deals get
 * stages which are not there yet, and whom it names who is no member. `table` is the one that is imported, without what was left out.
 */
export function warnings(table: Table, all: readonly Pick<Composed, "plan" | "rowOf">[]): string[] {
  const plans = all.map(({ plan }) => plan);
  const taken = new Set(plans.flatMap(({ columns }) => columns.map(({ name }) => name)));
  const hidden = hiddenIn(table);
  const columns = hidden.columns.filter((name) => taken.has(name));
  const stages = plans.flatMap((plan) =>
    addedChoices(plan)
      .filter(({ field }) => asksForMeaning(plan.sheet, field))
      .map(({ field, names }) => {
        const quoted = names.map((name) => `“${name}”`);
        return `${field.name} gets ${counted(names.length, "new choice")}: ${listed(quoted)}.`;
      }),
  );
  return [
    ...(hidden.rows === 0
      ? []
      : [
          `${counted(hidden.rows, "row")} hidden in the workbook${hidden.filtered ? " by a filter" : ""} ${hidden.rows === 1 ? "is" : "are"} imported like the others.`,
        ]),
    ...(columns.length === 0
      ? []
      : [
          `${counted(columns.length, "column")} hidden in the workbook ${columns.length === 1 ? "is" : "are"} imported like the others: ${listed(columns)}.`,
        ]),
    ...stages,
    ...all.flatMap(strangers),
  ];
}

function strangers(composed: Pick<Composed, "plan" | "rowOf">): string[] {
  return [...strangersIn(composed)].map(([column, people]) => {
    const names = people.map(({ name, records, row }) =>
      records === 1
        ? `“${name}” (row ${row})`
        : `“${name}” (${records.toLocaleString("en-US")} times, first in row ${row})`,
    );
    const field = composed.plan.columns[column]?.field.name ?? "";
    return `${field}: nobody in this workspace is ${listed(names)}; that is kept as marked text.`;
  });
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

function listed(names: readonly string[]): string {
  const rest = names.length - SHOWN;
  return names.slice(0, SHOWN).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
