import { fold } from "../field/fold.ts";

/** Last words of columns whose numbers name something, without accents. */
const NAMING: ReadonlySet<string> = new Set(
  (
    "id ids no nr num nbr number code key ref reference account zip year " +
    "nummer konto kennung jahr numero annee compte cuenta ano codigo codice anno conto jaar rekening"
  ).split(" "),
);
const LAST_PART = /(?:nummer|numer|nr|_id|code)$/;

/** So many digits are set apart in thousands when they count something. */
const LONG = 5;
const ALIKE = 0.9;
const FEWEST = 8;

/**
 * Whether the numbers of a column name things rather than count them: whole, written without marks between thousands, and either the
 * column says so, or nearly all have as many digits and none comes twice. Kunde 10023 is not 10,023.
 */
export function areIdentifiers(texts: readonly string[], column: string): boolean {
  const values = texts.map((text) => text.trim()).filter((text) => text !== "");
  if (values.length === 0 || !values.every((value) => /^-?\d+$/.test(value))) return false;
  if (!values.some((value) => value.length >= LONG)) return false;
  const words = fold(column).split(/[^\p{L}\p{N}]+/u);
  const last = words.findLast((word) => word !== "") ?? "";
  if (NAMING.has(last) || LAST_PART.test(last)) return true;
  const usual = mostFrequent(values.map((value) => value.length));
  return (
    values.length >= FEWEST &&
    usual.value >= LONG &&
    usual.times >= ALIKE * values.length &&
    new Set(values).size === values.length
  );
}

function mostFrequent(numbers: readonly number[]): { value: number; times: number } {
  const times = new Map<number, number>();
  for (const number of numbers) times.set(number, (times.get(number) ?? 0) + 1);
  const [value, most] = [...times].reduce((best, one) => (one[1] > best[1] ? one : best));
  return { value, times: most };
}
