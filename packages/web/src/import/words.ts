const numbers = new Intl.NumberFormat();

/** 9214 → "9,214". */
export function count(value: number): string {
  return numbers.format(value);
}

/** "1 contact", "9,214 contacts": the noun in the singular, with its plural when that is not just an s. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** 30312448 → "28.9 MB". */
export function bytes(value: number): string {
  if (value < 1000) return `${value} bytes`;
  if (value < 1_000_000) return `${(value / 1024).toFixed(1)} kB`;
  return `${(value / 1024 / 1024).toFixed(1)} MB`;
}
