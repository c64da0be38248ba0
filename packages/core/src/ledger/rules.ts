import type { Cell } from "../field/cell.ts";
import type { Field, FieldType } from "../field/field.ts";

/**
 * Version of what `key` answers. To be raised when it answers otherwise for any value of any type: the unique indexes of older
 * snapshots are then not asked any more, and the next compaction makes them anew.
 */
export const KEYS = 1;

/** What the ledger asks about values before a commit. The fold itself asks nothing: it only moves stored values. */
export interface Rules {
  /** Whether `cell` is a well-formed stored value of the field; marked text that does not fit always is. */
  check(cell: Cell, field: Field): boolean;
  /** Normalised for unique rules and matching; `undefined` where there is nothing to match by. */
  key(cell: Cell, field: Field): string | undefined;
}

/** The part of the field registry that `Rules` are made of. */
export type RuleRegistry = {
  readonly [type in FieldType]: {
    check(cell: Cell, field: Field): boolean;
    key(cell: Cell): string | undefined;
  };
};

const rulesByRegistry = new WeakMap<RuleRegistry, Rules>();

/** One and the same object for one registry: indexes are kept as long as the rules they were built by. */
export function fromRegistry(registry: RuleRegistry): Rules {
  let rules = rulesByRegistry.get(registry);
  if (rules === undefined) {
    rules = {
      check: (cell, field) => registry[field.type].check(cell, field),
      key: (cell, field) => registry[field.type].key(cell),
    };
    rulesByRegistry.set(registry, rules);
  }
  return rules;
}
