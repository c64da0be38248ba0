import { currencyOfCountry } from "../data/region.ts";

export interface Option {
  readonly value: string;
  readonly label: string;
}

/** Languages with a region whose way of writing numbers and dates people ask for; the browser's own are added. */
const LOCALES =
  "en-US en-GB en-CA en-AU en-NZ en-IE en-IN en-ZA en-SG de-DE de-AT de-CH fr-FR fr-BE fr-CA fr-CH es-ES es-MX es-AR " +
  "es-CO es-CL es-PE it-IT it-CH pt-PT pt-BR nl-NL nl-BE sv-SE da-DK nb-NO fi-FI is-IS pl-PL cs-CZ sk-SK sl-SI hr-HR " +
  "hu-HU ro-RO bg-BG el-GR tr-TR uk-UA lt-LT lv-LV et-EE he-IL ar-AE ar-EG ja-JP ko-KR zh-CN zh-TW zh-HK th-TH vi-VN " +
  "id-ID ms-MY hi-IN";

const COUNTRIES =
  "AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR " +
  "CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HK HN HR HT HU ID IE " +
  "IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM " +
  "MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PR PS PT PW PY QA RO RS RU RW SA SB SC " +
  "SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VN VU WS " +
  "XK YE ZA ZM ZW";

function named(
  type: "language" | "region" | "currency",
  codes: Iterable<string>,
  own: string,
): readonly Option[] {
  const names = new Intl.DisplayNames([navigator.language || "en", "en"], { type });
  const label = (code: string) => {
    try {
      return names.of(code) ?? code;
    } catch {
      return code;
    }
  };
  return [...new Set([own, ...codes])]
    .filter(Boolean)
    .map((value) => ({
      value,
      label: type === "currency" ? `${value} · ${label(value)}` : label(value),
    }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

export function localeOptions(own: string): readonly Option[] {
  return named("language", [...LOCALES.split(" "), ...navigator.languages.filter(hasRegion)], own);
}

function hasRegion(tag: string): boolean {
  return new Intl.Locale(tag).region !== undefined;
}

export function countryOptions(own: string): readonly Option[] {
  return named("region", COUNTRIES.split(" "), own);
}

export function currencyOptions(own: string): readonly Option[] {
  return named("currency", ["EUR", "USD", ...Object.values(currencyOfCountry)], own);
}

export function timeZoneOptions(own: string): readonly Option[] {
  const zones = new Set([own, "UTC", ...Intl.supportedValuesOf("timeZone")]);
  return [...zones]
    .sort()
    .map((value) => ({ value, label: value.replaceAll("_", " ").replaceAll("/", " / ") }));
}
