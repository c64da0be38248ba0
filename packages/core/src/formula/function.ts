import type { Mark } from "../field/decimal.ts";
import type { Kind } from "./kind.ts";
import type { Value } from "./value.ts";

/** What functions know of the world. */
export interface Environment {
  readonly mark: Mark;
  /** BCP 47. */
  readonly locale: string;
  readonly timeZone: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Serial number of this moment in the workspace's zone. It stands still while a workbook is looked at. */
  now(): number;
  /** Says that this many values were looked at; throws when a formula looks at far too many. */
  spend(values: number): void;
}

export type Evaluate = (row: number) => Value;

export type Category =
  | "Logic"
  | "Numbers"
  | "Statistics"
  | "Text"
  | "Dates"
  | "Lists and lookups"
  | "Information"
  | "Finance";

/** One function of the language. Names are upper case; `docs/formulas.md` is made of these. */
export interface FunctionDefinition {
  readonly name: string;
  readonly category: Category;
  /** Parameters as people read them: "IF(condition, then, [else])". */
  readonly syntax: string;
  readonly summary: string;
  /** A formula and what it answers, checked by the tests. */
  readonly example: readonly [formula: string, answer: string];
  /** How many arguments it takes. */
  readonly least: number;
  readonly most: number;
  readonly kind: Kind | ((args: readonly Kind[]) => Kind);
  /**
   * "each": given a list where it takes one value, it answers a list (UPPER of five names is five names).
   * "whole": it takes lists as they are (SUM). "lazy": it decides which arguments are computed at all (IF).
   */
  readonly takes: "each" | "whole" | "lazy";
  /** Dates among its arguments come as people write them, not as numbers (JOIN). */
  readonly texts?: true;
  /** Errors are values to it (ISERROR). Otherwise the first error among its arguments is its answer. */
  readonly errors?: true;
  /** Its answer changes without any value changing (TODAY). */
  readonly volatile?: true;
  /** For "each" and "whole". */
  readonly call?: (args: readonly Value[], environment: Environment) => Value;
  /** For "lazy". */
  readonly plan?: (args: readonly Evaluate[], environment: Environment) => Evaluate;
}
