import type { FieldBehaviour } from "../behaviour.ts";
import { compareNumber, define, invalid, isBlank, quoted } from "../define.ts";
import { fold } from "../fold.ts";
import * as Operators from "../operators.ts";
import { sift } from "../sift.ts";

const YES = new Set(
  "yes y true t 1 x on checked ✓ ✔ ☑ ✅ ja j wahr oui o vrai si s verdadero sim verdadeiro".split(
    " ",
  ),
);
const NO = new Set(
  "no n false f 0 off unchecked ✗ ✘ ☐ ❌ nein falsch non faux falso nao".split(" "),
);
const WORDS: { readonly [language: string]: readonly [string, string] } = {
  de: ["Ja", "Nein"],
  fr: ["Oui", "Non"],
  es: ["Sí", "No"],
  pt: ["Sim", "Não"],
};

function meaning(text: string): boolean | undefined {
  const word = fold(text.trim());
  if (YES.has(word)) return true;
  return NO.has(word) ? false : undefined;
}

function wordsOf(locale: string): readonly [string, string] {
  return WORDS[locale.slice(0, 2)] ?? ["Yes", "No"];
}

export const checkbox: FieldBehaviour = define<boolean>({
  type: "checkbox",
  label: "Checkbox",
  icon: "square-check",
  align: "center",
  operators: Operators.forCheckbox,
  takes: "true or false",
  is: (cell) => typeof cell === "boolean",
  parser: () => (text) => (isBlank(text) ? undefined : (meaning(text) ?? invalid(text))),
  why(text, _field, { locale }) {
    if (meaning(text) !== undefined) return "";
    const [yes, no] = wordsOf(locale);
    return `${quoted(text.trim())} is neither ${yes} nor ${no}.`;
  },
  format: (value, _field, { locale }) => wordsOf(locale)[value ? 0 : 1],
  compare: (a, b) => compareNumber(Number(a), Number(b)),
  check: () => true,
  key: (value) => String(value),
  fromJson: (json) => (typeof json === "boolean" ? json : undefined),
  search: () => "",
  guess(sample) {
    const { texts, placeholders } = sift(sample);
    const fits = texts.filter((text) => meaning(text) !== undefined).length;
    const figures = texts.every((text) => text === "0" || text === "1");
    if (figures && fits > 0) {
      return { fits: 0, of: texts.length, placeholders, against: "0 and 1 may be numbers" };
    }
    return { fits, of: texts.length, placeholders };
  },
});
