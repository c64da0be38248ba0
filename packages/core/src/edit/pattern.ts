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
  demand(search);
  return search.regex === true ? byPattern(search) : byText(search);
}

/** Where the first match is; undefined where there is none, or only one of no length. */
export type Finder = (text: string) => { readonly from: number; readonly to: number } | undefined;

/** As `replacer`, to look only. */
export function finder(search: Omit<Search, "replace">): Finder {
  demand(search);
  if (search.regex !== true) {
    const pattern = search.whole === true ? undefined : literal(search);
    const same = wholeText(search);
    return (text) => {
      if (pattern === undefined) return same(text) ? { from: 0, to: text.length } : undefined;
      pattern.lastIndex = 0;
      const match = pattern.exec(text);
      return match === null ? undefined : { from: match.index, to: match.index + match[0].length };
    };
  }
  const compiled = compile(search);
  return (text) => {
    const matcher = compiled.matcher(text);
    while (matcher.find()) {
      const [from, to] = [matcher.start(), matcher.end()];
      if (to > from) return { from, to };
    }
    return undefined;
  };
}

function demand({ find }: Pick<Search, "find">): void {
  if (find === "") throw new DomainError("malformed", "There is nothing to find.");
  if (find.length > LONGEST_PATTERN) {
    throw new DomainError("malformed", `A search has at most ${LONGEST_PATTERN} characters.`);
  }
}

function literal({ find, matchCase }: Omit<Search, "replace">): RegExp {
  const flags = matchCase === true ? "gu" : "giu";
  return new RegExp(find.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"), flags);
}

function wholeText({ find, matchCase }: Omit<Search, "replace">): (text: string) => boolean {
  if (matchCase === true) return (text) => text === find;
  const wanted = find.toLowerCase();
  return (text) => text.toLowerCase() === wanted;
}

function byText(search: Search): Replacer {
  const { find, replace, matchCase, whole } = search;
  if (whole === true) {
    const same = wholeText(search);
    return (text) => (same(text) ? replace : text);
  }
  if (matchCase === true) return (text) => text.replaceAll(find, () => replace);
  const pattern = literal(search);
  return (text) => text.replace(pattern, () => replace);
}

function byPattern(search: Search): Replacer {
  const compiled = compile(search);
  try {
    // Finds out now, and not at some row, that the replacement names a group that is not there.
    compiled.matcher("").replaceAll(search.replace);
  } catch (cause) {
    throw unusable(cause);
  }
  return (text) => compiled.matcher(text).replaceAll(search.replace);
}

function compile({ find, matchCase, whole }: Omit<Search, "replace">): Re2.RE2JS {
  if (library === undefined) throw new Error("Patterns are used before they are loaded.");
  const { RE2JS } = library;
  try {
    const flags = matchCase === true ? 0 : RE2JS.CASE_INSENSITIVE;
    return RE2JS.compile(whole === true ? `^(?:${find})$` : find, flags);
  } catch (cause) {
    throw unusable(cause);
  }
}

function unusable(cause: unknown): DomainError {
  const reason = cause instanceof Error ? cause.message.replace(/^error parsing regexp: /, "") : "";
  return new DomainError("malformed", `The pattern cannot be used: ${reason}.`, { cause });
}
