/**
 * How a word sounds, roughly and across languages: spellings of one name fall together ("Müller", "Mueller" and "Miller"; "Mohammed" and
 * "Muhamad"; "Sergei", "Sergey" and "Sergej"). The first letter's sound, then the consonants, each once; vowels go except in front. In the
 * manner of Metaphone (Philips 1990) and the Kölner Phonetik (Postel 1969), with rules for transliterated names. `word` is one plain word.
 */
export function sound(word: string): string {
  const known = cache.get(word);
  if (known !== undefined) return known;
  const made = soundOf(word);
  if (cache.size > 50_000) cache.clear();
  cache.set(word, made);
  return made;
}

const cache = new Map<string, string>();

function soundOf(word: string): string {
  if (/\d/.test(word)) return word;
  const same = word
    .replace(/sch|tsch|shch|tch|ch|sh|zh|sz|cz|ts|tz|dz|dj/g, "s")
    .replace(/^x/, "s")
    .replace(/x/g, "ks")
    .replace(/ph|pf/g, "f")
    .replace(/gh|kh|ck|qu|q/g, "k")
    .replace(/c(?=[eiy])/g, "s")
    .replace(/c/g, "k")
    .replace(/th|dh|dt/g, "t")
    .replace(/[vw]/g, "v")
    .replace(/z/g, "s")
    .replace(/(?<=[a-z])h/g, "")
    .replace(/[yj]/g, "i");
  const first = same.charAt(0);
  const head = "aeiou".includes(first) ? "a" : first;
  const rest = same.slice(1).replace(/[aeiou]+/g, "");
  return (head + rest)
    .replace(/(.)\1+/g, "$1")
    .replace(/d/g, "t")
    .replace(/b/g, "p");
}
