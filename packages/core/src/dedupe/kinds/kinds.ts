import type { DateOrder } from "../../field/behaviour.ts";
import { email, phone, website } from "./contact.ts";
import { code, date, number, postalCode } from "./figures.ts";
import { hidden, type Kind, type KindName } from "./kind.ts";
import { name } from "./name.ts";
import { street } from "./street.ts";
import { text } from "./text.ts";
import { companyName, personName } from "./whole-name.ts";
import { word } from "./word.ts";

const KINDS: { readonly [name in Exclude<KindName, "date">]: Kind } = {
  givenName: hidden(name("givenName")),
  familyName: hidden(name("familyName")),
  personName: hidden(personName),
  company: hidden(companyName),
  email: hidden(email),
  phone: hidden(phone),
  website: hidden(website),
  postalCode: hidden(postalCode),
  street: hidden(street),
  place: hidden(word("place")),
  word: hidden(word("word")),
  text: hidden(text),
  number: hidden(number),
  code: hidden(code),
};

export const KIND_NAMES: readonly KindName[] = ["date", ...(Object.keys(KINDS) as KindName[])];

/** How values of that kind are read and compared. `order` decides dates with two readings. */
export function kindOf(name: KindName, order: DateOrder = "ymd"): Kind {
  return name === "date" ? hidden(date(order)) : KINDS[name];
}
