import type { Filter, Leaf } from "@gridfolk/core/sheet/filter";
import type { ColourRule } from "@gridfolk/core/view/definition";

/** Whether a condition lacks the value it asks for: somebody is about to write it. */
export function isUnfinished({ op, value }: Leaf): boolean {
  return value === undefined && op !== "empty" && op !== "notEmpty" && op !== "isInvalid";
}

/** Colour rules whose filter asks something: one that somebody is about to write colours nothing. */
export function wholeRules(rules: readonly ColourRule[]): readonly ColourRule[] {
  return rules.flatMap((rule) => {
    const [filter] = wholeFilters([rule.filter]);
    return filter === undefined ? [] : [{ ...rule, filter }];
  });
}

/** The filters without unfinished conditions, and without groups that have none. */
export function wholeFilters(filters: readonly Filter[]): readonly Filter[] {
  return filters.flatMap((filter): Filter[] => {
    if ("and" in filter || "or" in filter) {
      const parts = wholeFilters("and" in filter ? filter.and : filter.or);
      if (parts.length === 0) return [];
      return ["and" in filter ? { and: parts } : { or: parts }];
    }
    return isUnfinished(filter) ? [] : [filter];
  });
}
