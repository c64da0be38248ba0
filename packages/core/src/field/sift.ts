const PLACEHOLDERS = new Set(
  (
    "n/a|na|n.a.|n.a|#n/a|#na|#ref!|#value!|#div/0!|#name?|#null!|#num!|nan|null|(null)|nil|none|undefined|unknown|" +
    "http://|https://|www.|not available|not applicable|not provided|tbd|tba|tbc|?|??|???|-|--|---|–|—|_|.|…|/|(blank)|(leer)|(none)|" +
    "k.a.|k. a.|keine|keine angabe|unbekannt|s/o|sans objet|inconnu|aucun|sin datos|desconocido|ninguno|nenhum|desconhecido|\\n"
  ).split("|"),
);

/** Whether people wrote this to say that there is no value: "n/a", "-", "unknown". */
export function isPlaceholder(text: string): boolean {
  const trimmed = text.trim();
  return trimmed.length <= 16 && PLACEHOLDERS.has(trimmed.toLowerCase());
}

export interface Sifted {
  /** Trimmed texts that say something. */
  readonly texts: readonly string[];
  readonly placeholders: number;
}

const sifted = new WeakMap<readonly string[], Sifted>();

/** The texts of a sample that say something. Remembered per sample: every type guesses from the same one. */
export function sift(sample: readonly string[]): Sifted {
  const known = sifted.get(sample);
  if (known !== undefined) return known;
  const texts: string[] = [];
  let placeholders = 0;
  for (const text of sample) {
    const trimmed = text.trim();
    if (trimmed === "") continue;
    if (isPlaceholder(trimmed)) placeholders += 1;
    else texts.push(trimmed);
  }
  const result = { texts, placeholders };
  sifted.set(sample, result);
  return result;
}
