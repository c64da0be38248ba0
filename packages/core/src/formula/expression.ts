/** A formula as a tree. Positions are offsets in its text, for messages. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "truth"; readonly value: boolean }
  | { readonly kind: "error"; readonly code: string }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  /** [Company].[Industry]: names in the order written. */
  | { readonly kind: "path"; readonly names: readonly Name[]; readonly at: number }
  /** [Products!Price]: every value of a column of another sheet. */
  | {
      readonly kind: "column";
      readonly sheet: string;
      readonly field: string;
      readonly at: number;
      readonly end: number;
    }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly Expression[];
      readonly at: number;
    }
  | { readonly kind: "unary"; readonly op: "-" | "+" | "%"; readonly of: Expression }
  | {
      readonly kind: "binary";
      readonly op: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

/** A name in brackets, and where it stands with them. */
export interface Name {
  readonly name: string;
  readonly at: number;
  readonly end: number;
}

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "^"
  | "&"
  | "="
  | "<>"
  | "<"
  | "<="
  | ">"
  | ">=";

/** The places of a formula at which it stands inside others. */
export function children(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "list":
      return expression.items;
    case "call":
      return expression.args;
    case "unary":
      return [expression.of];
    case "binary":
      return [expression.left, expression.right];
    default:
      return [];
  }
}
