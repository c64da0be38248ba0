import type { Locale } from "@gridfolk/core/field/field";

/**
 * How this browser's owner most likely writes numbers, dates, money and phone numbers. Only a first guess for a new
 * workspace: everything can be changed in its settings.
 */
export function guessLocale(
  languages: readonly string[] = navigator.languages,
  timeZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone,
): Locale {
  const first = languages.find(isLocale) ?? "en-US";
  const zoneCountry = countryOfZone[timeZone];
  const withRegion = languages.filter(isLocale).find((tag) => new Intl.Locale(tag).region);
  const country =
    zoneCountry ??
    (withRegion ? new Intl.Locale(withRegion).region : undefined) ??
    new Intl.Locale(first).maximize().region ??
    "US";
  const language = new Intl.Locale(first);
  return {
    // A bare language takes the region of the clock: "de" in Zurich writes 1’234.50.
    locale: language.region ? language.baseName : `${language.baseName}-${country}`,
    timeZone: timeZone || "UTC",
    currency: currencyOfCountry[country] ?? (euro.has(country) ? "EUR" : "USD"),
    country,
  };
}

function isLocale(tag: string): boolean {
  try {
    return new Intl.Locale(tag).language.length > 0;
  } catch {
    return false;
  }
}

const euro = new Set(
  "AT BE HR CY EE FI FR DE GR IE IT LV LT LU MT NL PT SK SI ES AD MC SM VA ME XK BG".split(" "),
);

/** ISO 4217 by ISO 3166-1, outside the euro; the rest starts with US dollars. */
export const currencyOfCountry: Readonly<Record<string, string>> = pairs(
  "AE:AED AR:ARS AU:AUD BA:BAM BD:BDT BH:BHD BO:BOB BR:BRL CA:CAD CH:CHF CL:CLP CN:CNY CO:COP CR:CRC CZ:CZK " +
    "DK:DKK DO:DOP DZ:DZD EC:USD EG:EGP ET:ETB GB:GBP GE:GEL GH:GHS GT:GTQ HK:HKD HN:HNL HU:HUF ID:IDR IL:ILS " +
    "IN:INR IS:ISK JM:JMD JO:JOD JP:JPY KE:KES KH:KHR KR:KRW KW:KWD KZ:KZT LB:LBP LI:CHF LK:LKR MA:MAD MD:MDL " +
    "MK:MKD MX:MXN MY:MYR NG:NGN NI:NIO NO:NOK NP:NPR NZ:NZD OM:OMR PA:USD PE:PEN PH:PHP PK:PKR PL:PLN PY:PYG " +
    "QA:QAR RO:RON RS:RSD RU:RUB SA:SAR SE:SEK SG:SGD SV:USD TH:THB TN:TND TR:TRY TW:TWD TZ:TZS UA:UAH UG:UGX " +
    "US:USD UY:UYU VE:VES VN:VND ZA:ZAR",
);

const countryOfZone: Readonly<Record<string, string>> = pairs(
  "Europe/Berlin:DE Europe/Busingen:DE Europe/Vienna:AT Europe/Zurich:CH Europe/London:GB Europe/Dublin:IE " +
    "Europe/Paris:FR Europe/Madrid:ES Europe/Lisbon:PT Europe/Rome:IT Europe/Amsterdam:NL Europe/Brussels:BE " +
    "Europe/Luxembourg:LU Europe/Copenhagen:DK Europe/Stockholm:SE Europe/Oslo:NO Europe/Helsinki:FI " +
    "Europe/Warsaw:PL Europe/Prague:CZ Europe/Bratislava:SK Europe/Budapest:HU Europe/Bucharest:RO Europe/Sofia:BG " +
    "Europe/Athens:GR Europe/Zagreb:HR Europe/Ljubljana:SI Europe/Belgrade:RS Europe/Sarajevo:BA Europe/Kyiv:UA " +
    "Europe/Vilnius:LT Europe/Riga:LV Europe/Tallinn:EE Europe/Istanbul:TR Atlantic/Reykjavik:IS " +
    "America/New_York:US America/Chicago:US America/Denver:US America/Los_Angeles:US America/Phoenix:US " +
    "America/Detroit:US America/Anchorage:US Pacific/Honolulu:US America/Toronto:CA America/Vancouver:CA " +
    "America/Edmonton:CA America/Winnipeg:CA America/Halifax:CA America/Montreal:CA America/Mexico_City:MX " +
    "America/Sao_Paulo:BR America/Argentina/Buenos_Aires:AR America/Santiago:CL America/Bogota:CO America/Lima:PE " +
    "Asia/Tokyo:JP Asia/Seoul:KR Asia/Shanghai:CN Asia/Hong_Kong:HK Asia/Taipei:TW Asia/Singapore:SG " +
    "Asia/Kolkata:IN Asia/Calcutta:IN Asia/Dubai:AE Asia/Jerusalem:IL Asia/Bangkok:TH Asia/Jakarta:ID " +
    "Asia/Manila:PH Asia/Ho_Chi_Minh:VN Asia/Kuala_Lumpur:MY Australia/Sydney:AU Australia/Melbourne:AU " +
    "Australia/Brisbane:AU Australia/Perth:AU Australia/Adelaide:AU Pacific/Auckland:NZ Africa/Johannesburg:ZA " +
    "Africa/Lagos:NG Africa/Nairobi:KE Africa/Cairo:EG",
);

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(" ").map((pair) => {
      const at = pair.lastIndexOf(":");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
