/**
 * What is large and comes from libraries: interest mathematics (formulajs) and the number formats of spreadsheets (numfmt).
 * They are loaded once by `loadFormulas`, before a formula is computed.
 */
type Finance = (...args: readonly (number | readonly number[])[]) => unknown;

interface Parts {
  readonly finances: { readonly [name: string]: Finance };
  readonly format: (pattern: string, value: number, locale: string) => string;
}

let parts: Parts | undefined;
let loading: Promise<void> | undefined;

/** Loads the libraries once; a broken connection can be tried again. */
export function loadParts(): Promise<void> {
  loading ??= Promise.all([import("@formulajs/formulajs"), import("numfmt")]).then(
    ([formulajs, numfmt]) => {
      const { PMT, PV, FV, NPER, RATE, IPMT, PPMT, NPV, IRR, SLN, SYD, DB, DDB, EFFECT, NOMINAL } =
        formulajs;
      const finances = {
        PMT,
        PV,
        FV,
        NPER,
        RATE,
        IPMT,
        PPMT,
        NPV,
        IRR,
        SLN,
        SYD,
        DB,
        DDB,
        EFFECT,
        NOMINAL,
      };
      parts = {
        finances: finances as unknown as Parts["finances"],
        format: (pattern, value, locale) =>
          numfmt.format(pattern, value, { locale, throws: true } as never),
      };
    },
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

export function partsLoaded(): boolean {
  return parts !== undefined;
}

function loaded(): Parts {
  if (parts === undefined) throw new Error("Formulas are computed before they are loaded.");
  return parts;
}

export function finances(): Parts["finances"] {
  return loaded().finances;
}

/** A number in a format of spreadsheets. Throws for a pattern that is none. */
export function formatNumber(value: number, pattern: string, locale: string): string {
  return loaded().format(pattern, value, locale);
}
