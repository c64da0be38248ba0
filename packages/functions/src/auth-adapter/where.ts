import type { CleanedWhere } from "better-auth/adapters";

export type Value = string | number | boolean | null;
export type Row = Readonly<Record<string, Value>>;

/** As SQL adapters read a clause list: all that are joined by AND hold, and one of those joined by OR. */
export function matches(row: Row, where: readonly CleanedWhere[]): boolean {
  const either = where.filter(({ connector }) => connector === "OR");
  const all = where.filter(({ connector }) => connector !== "OR");
  return (
    all.every((clause) => holds(row, clause)) &&
    (either.length === 0 || either.some((clause) => holds(row, clause)))
  );
}

function holds(row: Row, clause: CleanedWhere): boolean {
  const fold = clause.mode === "insensitive" ? lowered : (value: unknown) => value;
  const value = fold(row[clause.field] ?? null);
  const wanted = Array.isArray(clause.value) ? clause.value.map(fold) : fold(clause.value);
  switch (clause.operator ?? "eq") {
    case "eq":
      return value === wanted;
    case "ne":
      // Unlike in SQL, what is not set differs from every value: better-auth's adapters agree on that.
      return value !== wanted;
    case "in":
      return Array.isArray(wanted) && wanted.includes(value);
    case "not_in":
      return Array.isArray(wanted) && !wanted.includes(value);
    case "contains":
      return bothText(value, wanted, (text, part) => text.includes(part));
    case "starts_with":
      return bothText(value, wanted, (text, part) => text.startsWith(part));
    case "ends_with":
      return bothText(value, wanted, (text, part) => text.endsWith(part));
    case "lt":
      return comparable(value, wanted) && compare(value as Value, wanted as Value) < 0;
    case "lte":
      return comparable(value, wanted) && compare(value as Value, wanted as Value) <= 0;
    case "gt":
      return comparable(value, wanted) && compare(value as Value, wanted as Value) > 0;
    case "gte":
      return comparable(value, wanted) && compare(value as Value, wanted as Value) >= 0;
  }
}

/** Total order of one field's values; what is not set comes first. */
export function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}

function comparable(a: unknown, b: unknown): boolean {
  return a !== null && b !== null && typeof a === typeof b;
}

function bothText(a: unknown, b: unknown, test: (a: string, b: string) => boolean): boolean {
  return typeof a === "string" && typeof b === "string" && test(a, b);
}

function lowered(value: unknown): unknown {
  return typeof value === "string" ? value.toLowerCase() : value;
}
