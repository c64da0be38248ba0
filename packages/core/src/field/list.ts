const NEEDS_QUOTES = /[,;"\n\r]|^\s|\s$/;

/** Names separated by comma, semicolon or line break; a name that contains one of them stands in double quotes. */
export function split(text: string): string[] {
  if (!/[,;"\n\r]/.test(text)) {
    const name = text.trim();
    return name === "" ? [] : [name];
  }
  const names: string[] = [];
  const item = /\s*(?:"((?:[^"]|"")*)"\s*(?=[,;\n\r]|$)|([^,;\n\r]*))(?:[,;\n\r]|$)/gy;
  while (item.lastIndex < text.length) {
    const match = item.exec(text);
    if (match === null) break;
    const name = match[1] === undefined ? (match[2] ?? "").trim() : match[1].replaceAll('""', '"');
    if (name !== "") names.push(name);
  }
  return names;
}

/** Text that `split` reads back to the same names. */
export function join(names: readonly string[]): string {
  return names
    .map((name) => (NEEDS_QUOTES.test(name) ? `"${name.replaceAll('"', '""')}"` : name))
    .join(", ");
}
