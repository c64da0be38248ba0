/**
 * Names of columns, brought to a form in which the same meaning reads the same: lower case, no accents, words apart, spelling
 * variants joined ("E-Mail-Adresse" and "email adresse" are one).
 */
export function normaliseHeader(name: string): string {
  const words = name
    .replace(/\([^)]*\)|\[[^\]]*\]/g, " ")
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2")
    .normalize("NFD")
    // Accents of Latin, Greek and Cyrillic letters; in other scripts marks make another letter.
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll("ø", "o")
    .replace(/[^\p{L}\p{N}#%]+/gu, " ")
    .trim();
  return ` ${words} `
    .replace(/ e (mail\w*) /g, " e$1 ")
    .replace(/ emails /g, " email ")
    .replace(/ mails? (?=address|adresse|id )/g, " email ")
    .replace(/ tele phone /g, " telephone ")
    .replace(/ web ?site /g, " website ")
    .replace(/ web page /g, " webpage ")
    .replace(/ zip ?code /g, " zip code ")
    .replace(/ post ?code /g, " postcode ")
    .replace(/ (?:phone|telephone|mobile|tel) (?:no|nr|num|number|#) /g, " $& ")
    .replace(/\s+/g, " ")
    .trim();
}

/** Which kind of record a column speaks of, when its name says so, and the name without that. */
export interface Spoken {
  readonly object: RecordKind | undefined;
  readonly rest: string;
}

export type RecordKind = "contacts" | "companies" | "deals";

const OBJECTS: { readonly [word: string]: RecordKind } = {
  contact: "contacts",
  contacts: "contacts",
  person: "contacts",
  people: "contacts",
  lead: "contacts",
  leads: "contacts",
  customer: "contacts",
  client: "contacts",
  prospect: "contacts",
  subscriber: "contacts",
  kontakt: "contacts",
  kunde: "contacts",
  kunden: "contacts",
  company: "companies",
  companies: "companies",
  organization: "companies",
  organisation: "companies",
  organizations: "companies",
  account: "companies",
  accounts: "companies",
  firm: "companies",
  firma: "companies",
  firmen: "companies",
  employer: "companies",
  unternehmen: "companies",
  societe: "companies",
  entreprise: "companies",
  empresa: "companies",
  azienda: "companies",
  bedrijf: "companies",
  deal: "deals",
  deals: "deals",
  opportunity: "deals",
  opportunities: "deals",
  opportunitat: "deals",
  affaire: "deals",
};

/** Reads a leading record kind off a normalised name: "company city" speaks of a company's city. */
export function spokenOf(normalised: string): Spoken {
  const space = normalised.indexOf(" ");
  if (space === -1) return { object: undefined, rest: normalised };
  const object = OBJECTS[normalised.slice(0, space)];
  return object === undefined
    ? { object: undefined, rest: normalised }
    : { object, rest: normalised.slice(space + 1) };
}

/** Words that narrow a name without changing what it means, best first; and those that make it a lesser choice. */
const NARROWING: { readonly [word: string]: number } = {
  primary: 1,
  section: 0.97,
  main: 1,
  default: 1,
  work: 0.97,
  business: 0.97,
  office: 0.95,
  company: 0.8,
  "1": 0.97,
  value: 0.97,
  current: 0.97,
  full: 0.97,
  mailing: 0.96,
  billing: 0.93,
  shipping: 0.85,
  home: 0.85,
  private: 0.85,
  personal: 0.88,
  privat: 0.85,
  geschaftlich: 0.97,
  secondary: 0.72,
  alternate: 0.72,
  other: 0.7,
  "2": 0.75,
  "3": 0.7,
  "4": 0.65,
  "5": 0.65,
  assistant: 0.3,
  s: 0.4,
  manager: 0.5,
  record: 0.9,
  number: 0.9,
  address: 0.9,
};

/** A name without narrowing words, and how much a match by the rest is worth. An address may be all that is left of it. */
export function withoutNarrowing(normalised: string): { rest: string; worth: number } {
  let worth = 1;
  const words = normalised.split(" ");
  const isAll = words.every((word) => NARROWING[word] !== undefined);
  const rest = words
    .filter((word) => {
      if (isAll && word === "address") return true;
      const share = NARROWING[word];
      if (share === undefined) return true;
      worth *= share;
      return false;
    })
    .join(" ");
  return { rest, worth };
}
