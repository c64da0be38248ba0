const known = new Map<string, string>();

/** The locale itself where Intl takes it, else en-US: reading and writing values never fails for a setting. */
export function supported(locale: string): string {
  let found = known.get(locale);
  if (found === undefined) {
    try {
      found = Intl.getCanonicalLocales(locale.replaceAll("_", "-"))[0] ?? "en-US";
    } catch {
      found = "en-US";
    }
    known.set(locale, found);
  }
  return found;
}

/** Dates of the Gregorian calendar in a locale's manner, whatever calendar the locale prefers. */
export function dates(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(supported(locale), { ...options, calendar: "gregory" });
}
