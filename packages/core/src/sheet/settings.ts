import type { Locale } from "../field/field.ts";
import { rows, value, type Workbook } from "../ledger/workbook.ts";
import type { Settings } from "./templates.ts";

const FALLBACK: Settings = {
  name: "Workspace",
  locale: "en-US",
  timeZone: "UTC",
  currency: "USD",
  country: "US",
};

/** The workspace's settings: its oldest `_workspace` record, with en-US, UTC, USD and US where it says nothing. */
export function settingsOf(workbook: Workbook): Settings & { readonly id: string | undefined } {
  const table = workbook.sheets.get("_workspace");
  const row = table === undefined ? undefined : rows(table)[0];
  const setting = (key: keyof Settings): string => {
    const cell = table === undefined || row === undefined ? undefined : value(table, row, key);
    return typeof cell === "string" && cell !== "" ? cell : FALLBACK[key];
  };
  return {
    id: row === undefined ? undefined : table?.ids[row],
    name: setting("name"),
    locale: setting("locale"),
    timeZone: setting("timeZone"),
    currency: setting("currency"),
    country: setting("country"),
  };
}

const locales = new Map<string, Locale>();

/** How the workspace reads and writes values. One object per distinct setting, so that what is prepared by it is kept. */
export function localeOf(workbook: Workbook): Locale {
  const { locale, timeZone, currency, country } = settingsOf(workbook);
  const name = JSON.stringify([locale, timeZone, currency, country]);
  let found = locales.get(name);
  if (found === undefined) {
    found = { locale, timeZone, currency, country };
    locales.set(name, found);
  }
  return found;
}
