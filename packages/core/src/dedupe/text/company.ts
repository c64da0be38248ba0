import { alignment, alikeInName, type Rules, type Word } from "./align.ts";
import { split } from "./legal-forms.ts";
import { plain, words } from "./words.ts";

export interface CompanyName {
  /** Its words without legal forms. */
  readonly key: string;
  readonly words: readonly Word[];
  readonly forms: readonly string[];
}

/** Words that many companies have in their names count less. */
const COMMON = new Map<string, number>();
for (const [weight, list] of [
  [0.12, "the and of for de der die das la le les el los las und et y e del di da do dos des du"],
  [
    0.35,
    "group gruppe groupe grupo gruppo holding holdings international global worldwide enterprises enterprise industries industry management corporation corp company co business",
  ],
  [
    0.55,
    "services service solutions systems system technologies technology tech consulting partners capital trading trade investments investment finance financial bank trust fund media marketing logistics construction engineering software design international association foundation institute europe european america american national general united first new",
  ],
] as const) {
  for (const word of list.split(" ")) if (!COMMON.has(word)) COMMON.set(word, weight);
}

const NUMBERS: { readonly [word: string]: string } = {
  first: "1",
  second: "2",
  third: "3",
  fourth: "4",
  fifth: "5",
  one: "1",
  two: "2",
  three: "3",
  four: "4",
  five: "5",
  six: "6",
  seven: "7",
  eight: "8",
  nine: "9",
  ten: "10",
  eleven: "11",
  twelve: "12",
  twenty: "20",
  thirty: "30",
  forty: "40",
  fourty: "40",
  fifty: "50",
  sixty: "60",
  seventy: "70",
  eighty: "80",
  ninety: "90",
  intl: "international",
  int: "international",
  mfg: "manufacturing",
  bros: "brothers",
  assoc: "associates",
  tech: "technology",
  technologies: "technology",
  svcs: "services",
  svc: "service",
  natl: "national",
  univ: "university",
  dept: "department",
  govt: "government",
  mgmt: "management",
  n: "and",
};

/** A company's name: what it is called, apart from its legal form. Undefined for an empty one. */
export function parse(text: string): CompanyName | undefined {
  const once = read(text.replace(/['’]s\b/g, "").replace(/\(([^)]*)\)/g, " $1 "));
  if (once === undefined) return undefined;
  // What is left may begin to look like a legal form or a number of its own.
  let { key } = once;
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const next = read(key)?.key ?? key;
    if (next === key) break;
    key = next;
  }
  return { ...once, key };
}

const MOST_TURNS = 8;

function read(text: string): CompanyName | undefined {
  const all = words(plain(text));
  if (all.length === 0) return undefined;
  const { words: kept, forms } = split(initialsJoined(all));
  const spelled = numbersJoined(kept.map((word) => spell(word)));
  const named = spelled.filter((word) => (COMMON.get(word) ?? 1) > 0.2);
  return {
    key: (named.length === 0 ? spelled : named).join(" "),
    words: spelled.map((word) => ({ text: word, weight: COMMON.get(word) ?? 1 })),
    forms,
  };
}

function spell(word: string): string {
  const ordinal = /^(\d+)(?:st|nd|rd|th)$/.exec(word);
  return ordinal?.[1] ?? (Object.hasOwn(NUMBERS, word) ? (NUMBERS[word] as string) : word);
}

/** "a b c company" is "abc company". */
function initialsJoined(all: readonly string[]): string[] {
  const joined: string[] = [];
  let run = "";
  for (const word of [...all, ""]) {
    if (word.length === 1 && /\p{L}/u.test(word)) {
      run += word;
      continue;
    }
    if (run !== "") joined.push(run);
    run = "";
    if (word !== "") joined.push(word);
  }
  return joined;
}

/** "40 4" is "44". */
function numbersJoined(all: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of all) {
    const before = joined.at(-1);
    if (before !== undefined && /^[2-9]0$/.test(before) && /^[1-9]$/.test(word)) {
      joined[joined.length - 1] = String(Number(before) + Number(word));
    } else joined.push(word);
  }
  return joined;
}

const RULES: Rules = { alike: alikeInName, additional: 0.5, contradicted: 1.6 };

/** How well two names fit one company, 0 to 1. `rarity` is what a word counts in the column at hand, 0 to 1. */
export function likeness(
  a: CompanyName,
  b: CompanyName,
  rarity?: (word: string) => number,
): number {
  const [x, y] =
    rarity === undefined ? [a.words, b.words] : [weighed(a, rarity), weighed(b, rarity)];
  let likeness = a.key === b.key ? 1 : alignment(x, y, RULES);
  if (likeness < 0.9)
    likeness = Math.max(likeness, writtenTogether(a, b), acronym(a, b), acronym(b, a));
  return a.forms.length > 0 && b.forms.length > 0 && !a.forms.some((form) => b.forms.includes(form))
    ? likeness * 0.96
    : likeness;
}

/** What a part must count so that it is more than a word that any company may have. */
const LEAST_PART = 0.5;

/** Whether all words of the shorter name are in the other: "Spago" and "Spago (Los Angeles)". */
export function isWithin(
  a: CompanyName,
  b: CompanyName,
  rarity: (word: string) => number,
): boolean {
  const [short, long] = a.words.length < b.words.length ? [a, b] : [b, a];
  return (
    short.words.length < long.words.length &&
    short.words.every(({ text }) => long.words.some((word) => word.text === text)) &&
    short.words.some(({ text, weight }) => weight * rarity(text) >= LEAST_PART)
  );
}

function weighed({ words }: CompanyName, rarity: (word: string) => number): Word[] {
  return words.map(({ text, weight }) => ({ text, weight: weight * rarity(text) }));
}

function writtenTogether(a: CompanyName, b: CompanyName): number {
  if (a.words.length === b.words.length) return 0;
  const [x, y] = [a.key.replaceAll(" ", ""), b.key.replaceAll(" ", "")];
  if (Math.min(x.length, y.length) < 5 || Math.abs(x.length - y.length) > 1) return 0;
  return alikeInName(x, y);
}

/** "PLA" and "People's Liberation Army". */
function acronym(short: CompanyName, long: CompanyName): number {
  const [word] = short.words;
  if (short.words.length !== 1 || word === undefined || word.text.length < 3) return 0;
  const named = long.words.filter((one) => one.weight > 0.2);
  return named.length === word.text.length &&
    named.map(({ text }) => text.charAt(0)).join("") === word.text
    ? 0.8
    : 0;
}
