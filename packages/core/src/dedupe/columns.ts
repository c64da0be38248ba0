import type { DateOrder } from "../field/behaviour.ts";
import type { FieldType } from "../field/field.ts";
import { normaliseHeader } from "../import/header.ts";
import type { KindName } from "./kinds/kind.ts";
import { words, plain } from "./text/words.ts";
import { type Column, hash } from "./table.ts";

/** What is being looked through for duplicates. "generic": any things. */
export type Profile = "contact" | "company" | "deal" | "generic";

/** A column before it is known how to compare it. */
export interface Given {
  readonly name: string;
  /** One text for each row, "" where there is none. */
  readonly values: readonly string[];
  readonly type?: FieldType;
  /** Key of the ready-made field that it maps to. */
  readonly field?: string;
  readonly order?: DateOrder;
}

/** Which kind each ready-made field is of. */
const FIELDS: { readonly [profile in Profile]: { readonly [field: string]: KindName } } = {
  contact: {
    firstName: "givenName",
    lastName: "familyName",
    fullName: "personName",
    email: "email",
    phone: "phone",
    company: "company",
    title: "text",
    street: "street",
    city: "place",
    state: "place",
    postalCode: "postalCode",
    country: "place",
    website: "website",
    tags: "text",
    notes: "text",
  },
  company: {
    name: "company",
    domain: "website",
    phone: "phone",
    street: "street",
    city: "place",
    state: "place",
    postalCode: "postalCode",
    country: "place",
    tags: "text",
    notes: "text",
  },
  deal: {
    name: "text",
    value: "number",
    closeDate: "date",
    company: "company",
    contacts: "personName",
    notes: "text",
  },
  generic: {},
};

/** Words in the names of columns that say what they hold, in the languages of the importer; the first that fits counts. */
const HINTS: readonly (readonly [RegExp, KindName])[] = [
  [/\b(?:e ?mail|courriel|correo)\b/, "email"],
  [
    /\b(?:phone|telephone|telefon\w*|tel|mobile|mobil|cell|handy|fax|celular|portable|movil|telefoon)\d?\b/,
    "phone",
  ],
  [
    /\b(?:dob|birth ?da(?:te|y)|date of birth|born|birth|geburtsdatum|geboren|geburtstag|naissance|nacimiento|nascimento|nascita|geboortedatum)\b/,
    "date",
  ],
  [
    /\b(?:f ?name|fname|first|given|forename|vorname\w*|prenom|rufname|voornaam|primer nombre)\b/,
    "givenName",
  ],
  [
    /\b(?:l ?name|lname|last|surname|family|nachname\w*|familienname|apellido\w*|cognome|achternaam|sobrenome|nom de famille)\b/,
    "familyName",
  ],
  [/\b(?:post ?code|zip|plz|postal|postleitzahl|cap|cep)\b/, "postalCode"],
  [
    /\b(?:street|addr|address|strasse|adresse|rue|calle|direccion|endereco|indirizzo|straat|anschrift)\b/,
    "street",
  ],
  [
    /\b(?:city|town|suburb|place|ort|stadt|ville|ciudad|cidade|citta|plaats|state|county|province|region|country|land|locality|municipality|pays|pais)\b/,
    "place",
  ],
  [/\b(?:url|website|web|homepage|domain)\b/, "website"],
  [
    /\b(?:company|firma|unternehmen|employer|organi[sz]ation|empresa|societe|azienda|bedrijf|manufacturer|publisher)\b/,
    "company",
  ],
  [/\b(?:full name|person|patient|customer|contact|ansprechpartner|kontakt)\b/, "personName"],
];

/** One value that only so many rows have says something about them. */
const FEW = 10;

/** Columns with their kinds. What can never be evidence is left out: empty ones, ones with one value, and numbers and keys that no two rows share. */
export function columnsOf(given: readonly Given[], profile: Profile): Column[] {
  return given.flatMap((one) => {
    const shape = shapeOf(one.values);
    if (shape.different < 2 && (shape.filled < 2 || shape.filled > FEW)) return [];
    const kind = kindFor(one, shape, profile);
    if (shape.different === shape.filled && shape.filled > 10 && isNumbering(one.name, kind))
      return [];
    return [
      {
        name: one.name,
        kind,
        values: one.values,
        ...(one.order === undefined ? {} : { order: one.order }),
      },
    ];
  });
}

/** What numbers rows, each with a number of its own: it says nothing about what they are. */
const NUMBERING = /^(?:(?:row|record|rec|entry) )?(?:id|uuid|guid|key|no|nr|num|number|index)$/;

function isNumbering(name: string, kind: KindName): boolean {
  return (
    kind === "code" ||
    kind === "number" ||
    NUMBERING.test(normaliseHeader(name.replaceAll("_", " ")))
  );
}

interface Shape {
  readonly filled: number;
  readonly different: number;
  /** Words in a value, on average. */
  readonly words: number;
  /** Share of values that are digits and marks alone. */
  readonly digits: number;
  /** Share of values in which digits are. */
  readonly withDigits: number;
  readonly length: number;
}

const SAMPLE = 400;

function shapeOf(values: readonly string[]): Shape {
  const different = new Set<string>();
  let filled = 0;
  for (const value of values) {
    if (value.trim() === "") continue;
    filled += 1;
    different.add(value);
  }
  let count = 0;
  let wordCount = 0;
  let digits = 0;
  let withDigits = 0;
  let length = 0;
  for (const value of sampled(different)) {
    const text = plain(value);
    count += 1;
    wordCount += words(text).length;
    length += text.length;
    if (/^[\d ]+$/.test(text)) digits += 1;
    if (/\d/.test(text)) withDigits += 1;
  }
  const of = Math.max(1, count);
  return {
    filled,
    different: different.size,
    words: wordCount / of,
    digits: digits / of,
    withDigits: withDigits / of,
    length: length / of,
  };
}

/** Some of the values, chosen by what they are, so that the order of rows does not decide. */
function sampled(values: ReadonlySet<string>): string[] {
  const share = Math.floor((SAMPLE / Math.max(SAMPLE, values.size)) * 2 ** 32);
  const some: string[] = [];
  for (const value of values)
    if (values.size <= SAMPLE || hash(value.slice(0, 80), 5) < share) some.push(value);
  return some.length > 0 ? some : [...values].sort().slice(0, SAMPLE);
}

function kindFor(given: Given, shape: Shape, profile: Profile): KindName {
  const mapped = given.field === undefined ? undefined : FIELDS[profile][given.field];
  if (mapped !== undefined && isPlausible(mapped, shape)) return mapped;
  switch (given.type) {
    case "email":
    case "phone":
      return given.type;
    case "url":
      return "website";
    case "date":
    case "dateTime":
      return "date";
    default:
  }
  const header = normaliseHeader(given.name.replaceAll("_", " "));
  const hinted = HINTS.find(([pattern]) => pattern.test(header))?.[1];
  if (hinted !== undefined && isPlausible(hinted, shape)) return hinted;
  if (shape.digits > 0.8) return isCode(shape) ? "code" : "number";
  if (given.type === "currency" || given.type === "percent") return "number";
  if (shape.words <= 1.7 && shape.withDigits > 0.6) return "code";
  if (shape.words > 1.7) return "text";
  if (/\bname\b/.test(header)) return "familyName";
  return "word";
}

function isPlausible(kind: KindName, { digits, words, withDigits }: Shape): boolean {
  switch (kind) {
    case "street":
      return digits < 0.5 && words > 1.1;
    case "givenName":
    case "familyName":
      return digits < 0.5 && words < 3 && withDigits < 0.5;
    case "personName":
      return digits < 0.5 && words < 6;
    case "company":
    case "place":
    case "text":
      return digits < 0.5;
    case "date":
      return digits > 0.5 || withDigits > 0.5;
    default:
      return true;
  }
}

/** Long numbers name things; short ones count them. */
function isCode({ length, different, filled }: Shape): boolean {
  return length >= 5 && different > filled * 0.3;
}
