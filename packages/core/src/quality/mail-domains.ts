import { distance } from "../dedupe/text/edit.ts";

/** Providers that so many use that a letter off them is a slip. */
const KNOWN =
  "gmail.com googlemail.com yahoo.com hotmail.com outlook.com icloud.com live.com aol.com web.de gmx.de gmx.net t-online.de orange.fr wanadoo.fr hotmail.fr libero.it protonmail.com comcast.net yahoo.co.uk hotmail.co.uk".split(
    " ",
  );
/** A letter off one of those, and real. */
const REAL = new Set(
  "ymail.com mail.com email.com gmx.com gmx.at gmx.ch gmx.eu gmx.fr gmx.us live.ca live.co live.cn live.de live.dk live.fr live.it live.nl live.no live.se aol.de aol.fr aol.it me.com yahoo.ca yahoo.co yahoo.cn hotmail.de hotmail.it hotmail.es hotmail.ca outlook.de outlook.fr outlook.es outlook.it gmail.co web.me".split(
    " ",
  ),
);

/** The provider that the address most likely means instead of the one it names; undefined where nothing is odd. */
export function mistyped(address: string): string | undefined {
  const domain = address
    .slice(address.lastIndexOf("@") + 1)
    .trim()
    .toLowerCase();
  if (domain === "" || domain.length < 6 || KNOWN.includes(domain) || REAL.has(domain))
    return undefined;
  return KNOWN.find((known) => known.length >= 8 && distance(domain, known, 1) === 1);
}
