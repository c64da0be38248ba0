import { alignment, slips, type Rules } from "../text/align.ts";
import { sound } from "../text/sound.ts";
import { plain, words as wordsIn } from "../text/words.ts";
import { type Kind, level, type Value } from "./kind.ts";

export interface Street extends Value {
  /** Without the house number. */
  readonly words: readonly string[];
  readonly number: string;
}

const ABBREVIATIONS: { readonly [word: string]: string } = {};
for (const line of (
  "street str st strasse straat|avenue ave av aven avda avenida|road rd|boulevard blvd blv boul bd bvd|drive dr drv|lane ln|court ct crt|place pl plaza plz platz|" +
  "square sq|terrace ter tce terr|highway hwy|parkway pkwy pky|circuit cct circ|crescent cres cr cresc|close cl|way wy|north n nth|south s sth|east e|west w|" +
  "apartment apt|suite ste|floor fl|building bldg bld|saint st|mount mt|fort ft|between bet btw|route rt rte|junction jct|expressway expy|heights hts|" +
  "village vlge vill|retirement retrmnt|lodge ldge|park pk|gardens gdns|calle c cl|via v|rue r|weg w|allee al|piazza pza|laan ln"
).split("|")) {
  const [full = "", ...short] = line.split(" ");
  for (const one of short)
    if (!(one in ABBREVIATIONS)) (ABBREVIATIONS as { [word: string]: string })[one] = full;
}
/** Kinds of streets, which say little. */
const COMMON = new Set(Object.values(ABBREVIATIONS));

const LEVELS = [
  level("agrees", "is the same", 0.62, 0.0005),
  level("agrees", "is the same street and number in other words", 0.12, 0.0003),
  level("nearly", "is the same street", 0.08, 0.002),
  level("nearly", "is much alike", 0.05, 0.002),
  level("partly", "is alike", 0.04, 0.006),
  level("differs", "differs", 0.09, 0.9892),
];

/** A street with or without its number, in any order: "12 High St.", "Hauptstr. 5". */
export const street: Kind<Street> = {
  name: "street",
  levels: LEVELS,
  parse(text) {
    const all = wordsIn(plain(text.replace(/(\p{L}{3,})str(?:asse|aße|\.|\b)/giu, "$1 street ")));
    if (all.length === 0) return undefined;
    const number = all.find((word) => /^\d+[a-z]?$/.test(word)) ?? "";
    const spelled = all.map((word) => ABBREVIATIONS[word] ?? word);
    return {
      key: spelled.join(" "),
      words: [...new Set(number === "" ? spelled : spelled.filter((word) => word !== number))],
      number,
    };
  },
  compare(a, b) {
    if (a.words.length === 0 || b.words.length === 0)
      return a.number === b.number && a.number !== "" ? 2 : 5;
    const likeness = alignment(a.words.map(weighed), b.words.map(weighed), RULES);
    const numbers = a.number === "" || b.number === "" ? undefined : a.number === b.number;
    if (likeness >= 0.88) return numbers === false ? 3 : numbers === true ? 1 : 2;
    if (likeness >= 0.72) return numbers === true ? 2 : 3;
    if (likeness >= 0.55) return numbers === true ? 3 : 4;
    return numbers === true ? 4 : 5;
  },
  keys: ({ key, words, number }) => {
    const named = words.filter((word) => !COMMON.has(word) && word.length > 2);
    return [
      key,
      ...named.flatMap((word) => [
        `${word}+${number}`,
        `s${sound(word)}`,
        `<${word.slice(0, 5)}`,
        `>${word.slice(-5)}`,
      ]),
    ];
  },
  rough: ({ words, number }) =>
    (words.find((word) => !COMMON.has(word)) ?? words[0] ?? number).slice(0, 3),
  wordsOf: ({ words }) => words,
};

function weighed(text: string) {
  return { text, weight: COMMON.has(text) ? 0.3 : /\d/.test(text) ? 0.6 : 1 };
}

const RULES: Rules = {
  alike: (a, b) =>
    a.length < 4 || b.length < 4 ? 0 : Math.max(slips(a, b), sound(a) === sound(b) ? 0.88 : 0),
  additional: 0.45,
  contradicted: 1.5,
};
