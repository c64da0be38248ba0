import { distance, jaroWinkler } from "../text/edit.ts";
import { placeName } from "../text/places.ts";
import { sound } from "../text/sound.ts";
import { plain } from "../text/words.ts";
import { type Kind, type KindName, type Level, level, type Value } from "./kind.ts";

/** A town, a state, a category: one or two words of which there are not too many different ones. */
export function word(name: KindName): Kind<Value> {
  return {
    name,
    levels: name === "place" ? PLACE : WORD,
    parse: name === "place" ? parsePlace : parse,
    compare,
    keys: ({ key }) => (key.length < 4 ? [key] : [key, `s${soundOf(key)}`]),
    rough: ({ key }) => (/^\d/.test(key) ? key : soundOf(key).slice(0, 3)),
  };
}

const PLACE: readonly Level[] = [
  level("agrees", "is the same", 0.82, 0.05),
  level("nearly", "differs by a slip of the pen", 0.06, 0.002),
  level("nearly", "is much alike", 0.02, 0.006),
  level("partly", "is part of the other", 0.02, 0.006),
  level("differs", "differs", 0.08, 0.936),
];

const WORD: readonly Level[] = [
  level("agrees", "is the same", 0.72, 0.12),
  level("nearly", "differs by a slip of the pen", 0.04, 0.004),
  level("nearly", "is much alike", 0.03, 0.01),
  level("partly", "is part of the other", 0.03, 0.01),
  level("differs", "differs", 0.18, 0.856),
];

function parse(text: string): Value | undefined {
  const key = plain(text);
  return key === "" ? undefined : { key };
}

function parsePlace(text: string): Value | undefined {
  const key = placeName(plain(text));
  return key === "" ? undefined : { key };
}

function soundOf(key: string): string {
  const space = key.indexOf(" ");
  return space < 0
    ? sound(key)
    : `${sound(key.slice(0, space))}${sound(key.slice(space + 1).replaceAll(" ", ""))}`;
}

function compare({ key: a }: Value, { key: b }: Value): number {
  const shorter = Math.min(a.length, b.length);
  if (/\d/.test(a) && /\d/.test(b)) return distance(a, b, 1) === 1 && shorter >= 5 ? 1 : 4;
  if (shorter >= 3) {
    const steps = distance(a, b, 2);
    if ((steps <= 1 && shorter >= 4) || (steps === 2 && shorter >= 8)) return 1;
    if (a.replaceAll(" ", "") === b.replaceAll(" ", "")) return 1;
    if (jaroWinkler(a, b) >= 0.9) return 2;
    if (` ${a} `.includes(` ${b} `) || ` ${b} `.includes(` ${a} `)) return 3;
    return 4;
  }
  return a.startsWith(b) || b.startsWith(a) ? 3 : 4;
}
