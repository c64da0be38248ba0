import * as Company from "../text/company.ts";
import * as Person from "../text/person.ts";
import { sound } from "../text/sound.ts";
import { groupOf } from "../text/nicknames.ts";
import { type Kind, type Level, level } from "./kind.ts";

const LEAST = [0.955, 0.9, 0.84, 0.76, 0.65, 0.5];

const PERSON: readonly Level[] = [
  level("agrees", "is the same", 0.62, 0.00002),
  level("agrees", "is the same name in other words", 0.12, 0.00002),
  level("nearly", "differs by a slip of the pen", 0.1, 0.00003),
  level("nearly", "is much alike", 0.05, 0.0001),
  level("nearly", "is alike", 0.03, 0.0003),
  level("partly", "is partly the same", 0.02, 0.002),
  level("partly", "is a little alike", 0.01, 0.004),
  level("differs", "differs", 0.05, 0.9938),
];

const COMPANY: readonly Level[] = [
  level("agrees", "is the same", 0.6, 0.0001),
  level("agrees", "is the same name in other words", 0.1, 0.00005),
  level("nearly", "differs by a slip of the pen", 0.08, 0.00008),
  level("nearly", "is much alike", 0.06, 0.0002),
  level("nearly", "is alike", 0.05, 0.0006),
  level("partly", "is partly the same", 0.04, 0.002),
  level("partly", "is a little alike", 0.02, 0.006),
  level("differs", "differs", 0.05, 0.9911),
];

/** Where a name stands of which the other one is a part. */
const PART = 4;

/** Where a likeness between 0 and 1 stands among the levels. */
function levelOf(likeness: number): number {
  for (let at = 0; at < LEAST.length; at += 1) if (likeness >= (LEAST[at] as number)) return at + 1;
  return LEAST.length + 1;
}

/** A person's whole name in one cell. */
export const personName: Kind<Person.PersonName> = {
  name: "personName",
  levels: PERSON,
  parse: Person.parse,
  compare: (a, b) => levelOf(Person.likeness(a, b)),
  keys: ({ key, words }) => [
    key,
    ...words.flatMap(({ text }) =>
      text.length < 3 ? [] : [text, `s${sound(text)}`, `<${text.slice(0, 4)}`],
    ),
    ...pairsOf(words.map(({ text }) => sound(groupOf(text)).slice(0, 3))),
    key.replaceAll(" ", ""),
  ],
  rough: ({ words }) => sound(words.at(-1)?.text ?? "").slice(0, 3),
  wordsOf: ({ words }) => words.map(({ text }) => text),
};

/** A company's or another organisation's name. */
export const companyName: Kind<Company.CompanyName> = {
  name: "company",
  levels: COMPANY,
  parse: Company.parse,
  compare(a, b, words) {
    const level = levelOf(Company.likeness(a, b, (word) => words.weightOf(word)));
    return level > PART && Company.isWithin(a, b, (word) => words.weightOf(word)) ? PART : level;
  },
  keys: ({ key, words }) => {
    const named = words.filter(({ text, weight }) => text.length > 2 && weight > 0.2);
    return [
      key,
      key.replaceAll(" ", ""),
      ...named.flatMap(({ text }) => [text, `<${text.slice(0, 5)}`, `s${sound(text)}`]),
      ...pairsOf(named.map(({ text }) => text.slice(0, 4))),
    ];
  },
  rough: ({ words }) =>
    (words.find(({ weight }) => weight > 0.5) ?? words[0])?.text.slice(0, 4) ?? "",
  wordsOf: ({ words }) => words.map(({ text }) => text),
};

function pairsOf(parts: readonly string[]): string[] {
  const pairs: string[] = [];
  for (let i = 0; i < Math.min(5, parts.length); i += 1) {
    for (let j = i + 1; j < Math.min(5, parts.length); j += 1) {
      const [a, b] = [parts[i] as string, parts[j] as string];
      pairs.push(a < b ? `${a}+${b}` : `${b}+${a}`);
    }
  }
  return pairs;
}
