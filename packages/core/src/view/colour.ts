import type { Table } from "../ledger/workbook.ts";
import type { Context } from "../sheet/context.ts";
import * as Filter from "../sheet/filter.ts";
import type { ColourRule } from "./definition.ts";

/** Which rule colours a cell, if any. Keep it no longer than the workbook stands still. */
export type Colouring = (row: number, field: string) => ColourRule | undefined;

/**
 * The first rule that holds counts; one on the column goes before one on the whole row. DomainErrors as `Filter.compile`: mend the
 * rules first. Undefined without rules.
 */
export function colouring(
  rules: readonly ColourRule[],
  table: Table,
  context: Context,
): Colouring | undefined {
  if (rules.length === 0) return undefined;
  const compiled = rules.map((rule) => ({
    rule,
    passes: Filter.compile(rule.filter, table, context, "rules"),
  }));
  const whole = compiled.filter(({ rule }) => rule.field === undefined);
  const byField = new Map<string, typeof compiled>();
  for (const each of compiled) {
    const { field } = each.rule;
    if (field !== undefined) byField.set(field, [...(byField.get(field) ?? []), each]);
  }
  return (row, field) => {
    const own = byField.get(field)?.find(({ passes }) => passes(row));
    return (own ?? whole.find(({ passes }) => passes(row)))?.rule;
  };
}
