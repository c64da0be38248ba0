import { figuresOf, haveOtherFigures } from "../text/align.ts";
import { distance, jaroWinkler } from "../text/edit.ts";
import { areForms, groupOf } from "../text/nicknames.ts";
import { sound } from "../text/sound.ts";
import { plain } from "../text/words.ts";
import { type Kind, type KindName, level, type Value } from "./kind.ts";

export interface Name extends Value {
  readonly parts: readonly string[];
  readonly figures: string;
}

const LEVELS = [
  level("agrees", "is the same", 0.74, 0.004),
  level("agrees", "is another form of the same name", 0.035, 0.0012),
  level("nearly", "differs by a slip of the pen", 0.09, 0.0012),
  level("nearly", "is much alike", 0.03, 0.004),
  level("nearly", "fits the initial", 0.015, 0.003),
  level("partly", "is part of the other", 0.02, 0.002),
  level("partly", "is a little alike", 0.02, 0.03),
  level("differs", "differs", 0.05, 0.9548),
];

/** A given or a family name in a cell of its own. */
export function name(kind: KindName): Kind<Name> {
  return {
    name: kind,
    levels: LEVELS,
    parse,
    compare,
    keys: ({ key, parts }) => [
      key,
      ...parts.flatMap((part) =>
        part.length < 3
          ? []
          : [`s${sound(part)}`, groupOf(part), `<${part.slice(0, 4)}`, `>${part.slice(-4)}`],
      ),
    ],
    rough: ({ parts }) => sound(parts[0] ?? "").slice(0, 2),
    wordsOf: ({ parts }) => parts,
  };
}

function parse(text: string): Name | undefined {
  const key = plain(text);
  if (key === "") return undefined;
  return { key, parts: key.split(" ").slice(0, 8), figures: figuresOf(key) };
}

function compare(a: Name, b: Name): number {
  const [x, y] = [a.key, b.key];
  const shorter = Math.min(x.length, y.length);
  if (areForms(x, y)) return 1;
  if (haveOtherFigures(a.figures, b.figures)) return 7;
  if (shorter >= 3) {
    const steps = distance(x, y, 2);
    if (steps <= 1 || (steps === 2 && shorter >= 8)) return 2;
  }
  if (shorter <= 2 && x.charCodeAt(0) === y.charCodeAt(0)) return 4;
  if (a.parts.length + b.parts.length > 2) {
    if (x.replaceAll(" ", "") === y.replaceAll(" ", "")) return 1;
    if (a.parts.some((part) => part.length > 2 && b.parts.includes(part))) return 5;
  }
  const jaro = jaroWinkler(x, y);
  if (jaro >= 0.88) return 3;
  if (shorter >= 3 && (x.startsWith(y) || y.startsWith(x))) return 5;
  if (shorter >= 4 && sound(x) === sound(y)) return 3;
  return jaro >= 0.78 ? 6 : 7;
}
