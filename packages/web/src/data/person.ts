const COLORS = 10;

/** The token of a person's colour: the same for the same id everywhere. */
export function personColor(id: string): string {
  let hash = 0;
  for (const sign of id) hash = (hash * 31 + sign.codePointAt(0)!) >>> 0;
  return `person-${(hash % COLORS) + 1}`;
}
