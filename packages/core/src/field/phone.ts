/**
 * Telephone numbers to E.164. Everyday national and international shapes of some countries are read here, exactly as
 * libphonenumber reads them (phone.test.ts proves it); everything else is read by libphonenumber itself, which is large and is
 * loaded on demand: await `loadPhones` wherever phones are parsed. Until then only the everyday shapes and international
 * numbers that begin with + are known.
 *
 * "Possible" by length is what fits: ranges are assigned every day, and a number people can dial must not be marked wrong.
 */
export interface PhoneNumber {
  readonly e164: string;
  readonly extension?: string;
}

type Library = (text: string, country: string) => PhoneNumber | undefined;

let library: Library | undefined;
let loading: Promise<void> | undefined;

/** Loads the library once. */
export function loadPhones(): Promise<void> {
  loading ??= import("libphonenumber-js/min").then(
    ({ parsePhoneNumberFromString, isSupportedCountry }) => {
      library = (text, country) => {
        const defaultCountry = isSupportedCountry(country) ? country : undefined;
        const number = parsePhoneNumberFromString(text, {
          extract: false,
          ...(defaultCountry === undefined ? {} : { defaultCountry }),
        });
        if (number === undefined || !number.isPossible()) return undefined;
        return number.ext === undefined
          ? { e164: number.number }
          : { e164: number.number, extension: number.ext };
      };
    },
    (error: unknown) => {
      loading = undefined; // a lost connection must not last for ever
      throw error;
    },
  );
  return loading;
}

export function phonesLoaded(): boolean {
  return library !== undefined;
}

/** libphonenumber's own limit. */
const LONGEST = 250;

/** Three digits at least: all that libphonenumber looks at, and much quicker to see. */
const MAYBE = /\p{Nd}\P{Nd}*\p{Nd}\P{Nd}*\p{Nd}/u;

/** The number a text stands for in a country; `undefined` when it is none. */
export function read(text: string, country: string): PhoneNumber | undefined {
  const e164 = everyday(text, country);
  if (e164 !== undefined) return { e164 };
  if (text.length > LONGEST || !MAYBE.test(text)) return undefined;
  if (library !== undefined) return library(text, country);
  const digits = text.replace(/[\s().\-/]/g, "");
  return /^\+[1-9]\d{7,14}$/.test(digits) ? { e164: digits } : undefined;
}

interface Plan {
  readonly code: string;
  /** Dialled at home, digits only. */
  readonly home: RegExp;
  /** Behind the country code, digits only. */
  readonly abroad: RegExp;
  /** The prefix of home numbers that is not part of the international one. */
  readonly trunk: string;
}

const PLANS: { readonly [country: string]: Plan } = {
  US: { code: "1", home: /^1?[2-9]\d{9}$/, abroad: /^[2-9]\d{9}$/, trunk: "1" },
  CA: { code: "1", home: /^1?[2-9]\d{9}$/, abroad: /^[2-9]\d{9}$/, trunk: "1" },
  GB: { code: "44", home: /^0[1-37]\d{9}$/, abroad: /^0?[1-37]\d{9}$/, trunk: "0" },
  DE: { code: "49", home: /^0[1-9]\d{6,10}$/, abroad: /^0?[1-9]\d{6,10}$/, trunk: "0" },
  AT: { code: "43", home: /^0[1-9]\d{6,10}$/, abroad: /^0?[1-9]\d{6,10}$/, trunk: "0" },
  CH: { code: "41", home: /^0[2-9]\d{8}$/, abroad: /^0?[2-9]\d{8}$/, trunk: "0" },
  FR: { code: "33", home: /^0[1-9]\d{8}$/, abroad: /^0?[1-9]\d{8}$/, trunk: "0" },
  BE: { code: "32", home: /^0[1-9]\d{7,8}$/, abroad: /^0?[1-9]\d{7,8}$/, trunk: "0" },
  NL: { code: "31", home: /^0[1-9]\d{8}$/, abroad: /^0?[1-9]\d{8}$/, trunk: "0" },
  ES: { code: "34", home: /^[6-9]\d{8}$/, abroad: /^[6-9]\d{8}$/, trunk: "" },
  IT: {
    code: "39",
    home: /^(?:0[1-9]\d{6,9}|3\d{9})$/,
    abroad: /^(?:0[1-9]\d{6,9}|3\d{9})$/,
    trunk: "",
  },
  PT: { code: "351", home: /^[29]\d{8}$/, abroad: /^[29]\d{8}$/, trunk: "" },
  DK: { code: "45", home: /^[2-9]\d{7}$/, abroad: /^[2-9]\d{7}$/, trunk: "" },
  NO: { code: "47", home: /^[2-79]\d{7}$/, abroad: /^[2-79]\d{7}$/, trunk: "" },
  SE: { code: "46", home: /^0[1-9]\d{7,8}$/, abroad: /^0?[1-9]\d{7,8}$/, trunk: "0" },
  PL: { code: "48", home: /^[1-9]\d{8}$/, abroad: /^[1-9]\d{8}$/, trunk: "" },
  IE: { code: "353", home: /^0[1-9]\d{7,8}$/, abroad: /^0?[1-9]\d{7,8}$/, trunk: "0" },
  AU: { code: "61", home: /^0[2-478]\d{8}$/, abroad: /^0?[2-478]\d{8}$/, trunk: "0" },
  NZ: { code: "64", home: /^0[2-9]\d{7,8}$/, abroad: /^0?[2-9]\d{7,8}$/, trunk: "0" },
  BR: {
    code: "55",
    home: /^(?:[1-46-8][1-9]|5[134])\d{8,9}$/,
    abroad: /^[1-9][1-9]\d{8,9}$/,
    trunk: "",
  },
  IN: { code: "91", home: /^0?[6-9]\d{9}$/, abroad: /^0?[6-9]\d{9}$/, trunk: "0" },
  ZA: { code: "27", home: /^0[1-8]\d{8}$/, abroad: /^0?[1-8]\d{8}$/, trunk: "0" },
  MX: { code: "52", home: /^[2-9]\d{9}$/, abroad: /^[2-9]\d{9}$/, trunk: "" },
};

const byCode = new Map<string, Plan>();
for (const plan of Object.values(PLANS)) byCode.set(plan.code, plan);

/** E.164 of an everyday shape; `undefined` means: ask the library. */
export function everyday(text: string, country: string): string | undefined {
  const digits = digitsOf(text);
  if (digits === undefined) return undefined;
  if (text.charCodeAt(0) !== 43) {
    const plan = PLANS[country];
    if (plan === undefined || !plan.home.test(digits)) return undefined;
    const trunk = plan.trunk !== "" && digits.startsWith(plan.trunk) ? plan.trunk.length : 0;
    return `+${plan.code}${digits.slice(trunk)}`;
  }
  const plan =
    byCode.get(digits.slice(0, 1)) ??
    byCode.get(digits.slice(0, 2)) ??
    byCode.get(digits.slice(0, 3));
  if (plan === undefined) return undefined;
  const national = digits.slice(plan.code.length);
  if (!plan.abroad.test(national)) return undefined;
  const trunk = plan.trunk !== "" && national.startsWith(plan.trunk) ? plan.trunk.length : 0;
  return `+${plan.code}${national.slice(trunk)}`;
}

/** The digits of a text that is nothing but digits, a leading + and the punctuation people put between groups. */
function digitsOf(text: string): string | undefined {
  if (text.length > 30) return undefined;
  let digits = "";
  let run = text.charCodeAt(0) === 43 ? 1 : 0;
  for (let index = run; index <= text.length; index += 1) {
    const code = index === text.length ? 32 : text.charCodeAt(index);
    if (code >= 48 && code <= 57) continue;
    // space - . ( ) /
    if (code !== 32 && code !== 45 && code !== 46 && code !== 40 && code !== 41 && code !== 47)
      return undefined;
    if (index > run) digits += text.slice(run, index);
    run = index + 1;
  }
  return digits;
}

const STORED = /^(\+[1-9]\d{3,14})(?: (\S(?:.*\S)?))?$/su;

/** The stored form: E.164 and, where it differs, what was typed. */
export function toStored(number: PhoneNumber, typed: string): string {
  return typed === number.e164 ? typed : `${number.e164} ${typed}`;
}

export function isStored(text: string): boolean {
  const match = STORED.exec(text);
  return match !== null && match[2] !== match[1];
}

export function e164Of(stored: string): string {
  const space = stored.indexOf(" ");
  return space < 0 ? stored : stored.slice(0, space);
}

export function typedOf(stored: string): string {
  return stored.slice(stored.indexOf(" ") + 1);
}

const EXTENSION =
  /(?:;ext=|[\s,;.]*(?:extension|ext|extn|xtn|x|#|anexo|доб|durchwahl|dw|poste|ramal|int)[.:\s=]*)(\d{1,9})#?\s*$/iu;

/** The extension in what was typed; not part of E.164. */
export function extensionOf(stored: string): string | undefined {
  const typed = typedOf(stored);
  return /[\p{L}#;]/u.test(typed) ? EXTENSION.exec(typed)?.[1] : undefined;
}
