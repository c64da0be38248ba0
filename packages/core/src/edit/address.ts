/** The parts of a postal address; what is not there is "". */
export interface Address {
  readonly street: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
}

const COUNTRIES =
  /^(?:usa|u\.s\.a\.|us|united states(?: of america)?|uk|u\.k\.|united kingdom|england|scotland|wales|great britain|ireland|canada|australia|new zealand|germany|deutschland|france|spain|españa|italy|italia|portugal|netherlands|nederland|belgium|belgique|austria|österreich|switzerland|schweiz|suisse|poland|polska|sweden|sverige|norway|norge|denmark|danmark|finland|mexico|méxico|brazil|brasil|india|japan|china|south africa)$/iu;

/** The last line or lines of an address by country: what stands beside the city, and where. */
const PLACES: readonly { readonly pattern: RegExp; readonly parts: readonly (keyof Address)[] }[] =
  [
    // Springfield, IL 62704-1234 · Toronto, ON M5V 2T6 · Sydney NSW 2000
    {
      pattern: /^(.*?)[,\s]+([A-Z]{2,3})[,\s]+(\d{5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4})$/u,
      parts: ["city", "state", "postalCode"],
    },
    // London SW1A 1AA · Dublin D02 X285
    {
      pattern: /^(.*?)[,\s]+([A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[\dW] ?[A-Z\d]{4})$/u,
      parts: ["city", "postalCode"],
    },
    // 10115 Berlin · D-80331 München · 75001 Paris · 1012 AB Amsterdam · 28013 Madrid
    {
      pattern: /^((?:[A-Z]{1,2}-)?\d{4,5}(?: ?[A-Z]{2}(?=\s))?|\d{2}-\d{3}|\d{3} \d{2})\s+(\D.*)$/u,
      parts: ["postalCode", "city"],
    },
    // Springfield 62704 · Lisboa 1000-001
    { pattern: /^(.*?)[,\s]+(\d{4,6}(?:-\d{3,4})?)$/u, parts: ["city", "postalCode"] },
    // Springfield, IL
    { pattern: /^(.*?)[,\s]+([A-Z]{2,3})$/u, parts: ["city", "state"] },
  ];

/**
 * Splits an address written on one or more lines: street first, then the place in the manner of its country (state and code behind the
 * city, code before it, code behind it), the country last. What cannot be told apart stays in the street: nothing is lost.
 */
export function splitAddress(text: string): Address {
  const address = { street: "", city: "", state: "", postalCode: "", country: "" };
  let pieces = text
    .split(/\n|,|;/)
    .map((piece) => piece.replace(/\s+/g, " ").trim())
    .filter((piece) => piece !== "");
  const last = pieces.at(-1);
  if (last !== undefined && COUNTRIES.test(last)) {
    address.country = last;
    pieces = pieces.slice(0, -1);
  }
  // "Springfield", "IL 62704" belong together; "IL", "62704" as well.
  for (const count of [1, 2, 3]) {
    if (pieces.length < count) break;
    const place = pieces.slice(-count).join(", ");
    for (const { pattern, parts } of PLACES) {
      const match = pattern.exec(place);
      const city = match?.[parts.indexOf("city") + 1]?.replace(/[,\s]+$/, "") ?? "";
      // "IL 62704" is a state and a code: the city stands before them.
      if (match === null || !/^[^\d,]+$/.test(city) || /^[A-Z]{2,3}$/.test(city)) continue;
      parts.forEach((part, index) => {
        address[part] = (match[index + 1] ?? "").replace(/[,\s]+$/, "");
      });
      address.street = pieces.slice(0, -count).join(", ");
      return address;
    }
  }
  if (pieces.length > 1) {
    address.city = pieces.at(-1) ?? "";
    address.street = pieces.slice(0, -1).join(", ");
    if (/\d/.test(address.city)) {
      address.street = pieces.join(", ");
      address.city = "";
    }
    return address;
  }
  address.street = pieces.join(", ");
  return address;
}
