import type { FieldBehaviour } from "../behaviour.ts";
import { compareText, define, invalid, isBlank, isText, quoted } from "../define.ts";
import { keyOf } from "../fold.ts";
import * as Operators from "../operators.ts";
import { sift } from "../sift.ts";

/** One address: something without spaces, an @, and a domain with a dot. What mail servers take beyond that, only they know. */
const SHAPE =
  /^[^\s@<>()[\]\\,;:"]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+(?:[\p{L}][\p{L}\p{N}-]{0,61}[\p{L}\p{N}])$/u;
/** What nearly all of them look like; not tried on local parts that might be too long. */
const PLAIN =
  /^[\w+%'-]+(?:\.[\w+%'-]+)*@(?:[A-Za-z\d](?:[A-Za-z\d-]{0,61}[A-Za-z\d])?\.)+[A-Za-z]{2,63}$/;

export function isAddress(text: string): boolean {
  if (text.length <= 64 && PLAIN.test(text)) return true;
  return text.length <= 254 && SHAPE.test(text) && !/^\.|\.\.|\.@/.test(text);
}

function bare(text: string): string {
  const trimmed = text.trim();
  return /^mailto:/i.test(trimmed) ? trimmed.slice(7) : trimmed;
}

export const email: FieldBehaviour = define<string>({
  type: "email",
  label: "E-mail",
  icon: "mail",
  align: "start",
  operators: Operators.forShapedText,
  takes: "an e-mail address",
  is: (cell) => typeof cell === "string",
  parser: () => (text) => {
    if (isAddress(text)) return text;
    if (isBlank(text)) return undefined;
    const address = bare(text);
    return isAddress(address) ? address : invalid(text);
  },
  why(text) {
    const address = bare(text);
    if (isAddress(address)) return "";
    const shown = quoted(address);
    const signs = address.split("@").length - 1;
    if (/[\s,;]/.test(address) && signs > 1)
      return `${shown} holds more than one address. One fits here.`;
    if (signs === 0) return `${shown} is not an e-mail address: the @ is missing.`;
    if (signs > 1) return `${shown} is not an e-mail address: it has more than one @.`;
    if (/\s/.test(address)) return `${shown} is not an e-mail address: it has a space in it.`;
    if (!/@.+\./.test(address))
      return `${shown} is not an e-mail address: what stands after the @ has no dot.`;
    return `${shown} is not an e-mail address, such as name@example.com.`;
  },
  format: (value) => value,
  compare: compareText,
  check: (value) => isAddress(value) && isText(value),
  key: keyOf,
  guess(sample) {
    const { texts, placeholders } = sift(sample);
    return {
      fits: texts.filter((text) => isAddress(bare(text))).length,
      of: texts.length,
      placeholders,
    };
  },
});
