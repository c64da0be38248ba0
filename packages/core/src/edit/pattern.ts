import type * as Re2 from "re2js";
import { DomainError } from "../error.ts";

/** What is searched for and what takes its place. */
export interface Search {
  readonly find: string;
  readonly replace: string;
  /** A regular expression (RE2 syntax: no look-around, no back-references), with $1 … in the replacement. */
  readonly regex?: boolean;
  readonly matchCase?: boolean;
  /** The whole cell has to match. */
  readonly whole?: boolean;
}

/** The text with everything found replaced; the same text where nothing is found. */
export type Replacer = (text: string) => string;

let library: typeof Re2 | undefined;
let loading: Promise<void> | undefined;

/** Loads what runs regular expressions in linear time: a pattern of a person must not make anything wait for ever. */
export function loadPatterns(): Promise<void> {
  loading ??= import("re2js").then(
    (loaded) => {
      library = loaded;
    },
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

const LONGEST_PATTERN = 1_000;

/** DomainError "malformed" for a pattern that cannot be used, in words. `loadPatterns` was awaited when `regex` is asked for. */
export function replacer(search: Search): Replacer {
  if (search.find === "") throw new DomainError("malformed", "There is nothing to find.");
  if (search.find.length > LONGEST_PATTERN) {
    throw new DomainError("malformed", `A search has at most ${LONGEST_PATTERN} characters.`);
  }
  return search.regex === true ? byPattern(search) : byText(search);
}

function byText({ find, replace, matchCase, whole }: Search): Replacer {
  if (whole === true) {
    const wanted = matchCase === true ? find : find.toLowerCase();
    return (text) => ((matchCase === true ? text : text.toLowerCase()) === wanted ? replace : text);
  }
  if (matchCase === true) return (text) => text.replaceAll(find, () => replace);
  const pattern = new RegExp(find.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"), "giu");
  return (text) => text.replace(pattern, () => replace);
}

function byPattern({ find, replace, matchCase, whole }: Search): Replacer {
  if (library === undefined) throw new Error("Patterns are used before they are loaded.");
  const { RE2JS } = library;
  try {
    const flags = matchCase === true ? 0 : RE2JS.CASE_INSENSITIVE;
    const compiled = RE2JS.compile(whole === true ? `^(?:${find})$` : find, flags);
    // Finds out now, and not at some row, that the replacement names a group that is not there.
    compiled.matcher("").replaceAll(replace);
    return (text) => compiled.matcher(text).replaceAll(replace);
  } catch (cause) {
    const reason =
      cause instanceof Error ? cause.message.replace(/^error parsing regexp: /, "") : "";
    throw new DomainError("malformed", `The pattern cannot be used: ${reason}.`, { cause });
  }
}
