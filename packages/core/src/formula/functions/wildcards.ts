/**
 * Where a text searched with `?` for any letter and `*` for any letters is found first, from an index on; -1 when it is not. `~` before one
 * of the signs takes it as it is. Without regard to case. The parts between the stars are looked for one behind the other, so that
 * no pattern takes longer than the length of the text times its own.
 */
export function searchWildcards(what: string, text: string, from: number): number {
  const letters = text.replace(/[^]/g, small);
  let begin = -1;
  let at = from;
  for (const part of partsOf(what.replace(/[^]/g, small))) {
    const found = find(letters, part, at);
    if (found === undefined) return -1;
    if (begin < 0) begin = found.begin;
    at = found.end;
  }
  return begin;
}

/** As a small letter, where that is one as well: places stay what they are. */
function small(letter: string): string {
  const lower = letter.toLowerCase();
  return lower.length === 1 ? lower : letter;
}

/** A letter, or undefined for any. */
type Part = readonly (string | undefined)[];

function partsOf(what: string): Part[] {
  const parts: (string | undefined)[][] = [[]];
  for (let at = 0; at < what.length; at++) {
    const sign = what.charAt(at);
    const next = what.charAt(at + 1);
    if (sign === "*") parts.push([]);
    else if (sign === "?") parts.at(-1)?.push(undefined);
    else if (sign === "~" && /[*?~]/.test(next)) {
      parts.at(-1)?.push(next);
      at++;
    } else parts.at(-1)?.push(sign);
  }
  return parts;
}

function find(text: string, part: Part, from: number): { begin: number; end: number } | undefined {
  for (let begin = from; begin <= text.length; begin++) {
    const end = endOf(text, part, begin);
    if (end >= 0) return { begin, end };
  }
  return undefined;
}

/** Behind the part where it stands at an index; -1 where it does not. */
function endOf(text: string, part: Part, begin: number): number {
  let at = begin;
  for (const letter of part) {
    if (at >= text.length) return -1;
    if (letter === undefined) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    else if (letter === text.charAt(at)) at++;
    else return -1;
  }
  return at;
}
