import type { FieldBehaviour } from "../behaviour.ts";
import { compareText, define, invalid, isBlank, isText, quoted } from "../define.ts";
import * as Operators from "../operators.ts";
import * as Phone from "../phone.ts";
import { sift } from "../sift.ts";

function parse(text: string, country: string) {
  const everyday = Phone.everyday(text, country);
  if (everyday !== undefined && text.charCodeAt(text.length - 1) > 32) {
    if (text.charCodeAt(0) > 32) return everyday === text ? text : `${everyday} ${text}`;
  }
  if (isBlank(text)) return undefined;
  const typed = text.trim();
  const number = Phone.read(typed, country);
  return number === undefined ? invalid(text) : Phone.toStored(number, typed);
}

function international(value: string): string {
  const extension = Phone.extensionOf(value);
  return extension === undefined ? Phone.e164Of(value) : `${Phone.e164Of(value)};ext=${extension}`;
}

/** E.164 and what was typed. A number that is possible by its length fits. */
export const phone: FieldBehaviour = define<string>({
  type: "phone",
  label: "Phone",
  icon: "phone",
  align: "start",
  operators: Operators.forShapedText,
  takes: "a phone number",
  is: (cell) => typeof cell === "string",
  parser:
    (_field, { country }) =>
    (text) =>
      parse(text, country),
  why(text, _field, { country }) {
    const typed = text.trim();
    if (typed === "" || Phone.read(typed, country) !== undefined) return "";
    const digits = typed.replace(/\D/g, "").length;
    if (digits === 0) return `${quoted(typed)} is not a phone number: it has no digits.`;
    if (digits < 7)
      return `${quoted(typed)} is too short for a phone number in ${country}: it has ${digits} digits.`;
    if (digits > 15)
      return `${quoted(typed)} is too long for a phone number: it has ${digits} digits. One number fits here.`;
    return `${quoted(typed)} is not a possible phone number in ${country}. Numbers of other countries begin with + and the country code.`;
  },
  format: Phone.typedOf,
  edit: Phone.typedOf,
  compare: (a, b) => compareText(Phone.e164Of(a), Phone.e164Of(b)) || compareText(a, b),
  check: (value) => isText(value) && Phone.isStored(value),
  key: international,
  toJson: international,
  search: (value) => value,
  guess(sample, { country }) {
    const { texts, placeholders } = sift(sample);
    let fits = 0;
    let written = 0;
    for (const text of texts) {
      if (Phone.read(text, country) === undefined) continue;
      fits += 1;
      if (/^\+|[\s().\-/]/.test(text)) written += 1;
    }
    if (fits > 0 && written === 0) {
      return {
        fits,
        of: texts.length,
        placeholders,
        against: "nothing but digits: they may be numbers of another kind",
      };
    }
    return { fits, of: texts.length, placeholders };
  },
});
