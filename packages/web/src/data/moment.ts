import type { Locale } from "@gridfolk/core/field/field";

/** A time to the minute as the workspace writes it, in its zone: "3 Nov 2026, 14:05". */
export function momentWords(at: number | string, { locale, timeZone }: Locale): string {
  return new Date(at).toLocaleString(locale, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone,
  });
}
