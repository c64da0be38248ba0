const numbers = new Intl.NumberFormat();

/** 9214 → "9,214". */
export function count(value: number): string {
  return numbers.format(value);
}

/** "1 contact", "9,214 contacts": the noun in the singular, with its plural when that is not just an s. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** How quickly something goes and how long it still takes: "4,200 a second, about 20 s left"; nothing in the first second. */
export function pace(done: number, of: number, elapsedMs: number): string | undefined {
  if (elapsedMs < 1000 || done <= 0 || done >= of) return undefined;
  const perSecond = done / (elapsedMs / 1000);
  const rate = perSecond >= 100 ? Math.round(perSecond / 100) * 100 : Math.round(perSecond);
  const left = Math.ceil((of - done) / perSecond);
  const time =
    left < 10
      ? "some seconds"
      : left < 90
        ? `about ${Math.ceil(left / 5) * 5} s`
        : `about ${Math.ceil(left / 60)} min`;
  return `${count(Math.max(1, rate))} a second, ${time} left`;
}

/** 30312448 → "28.9 MB". */
export function bytes(value: number): string {
  if (value < 1000) return `${value} bytes`;
  if (value < 1_000_000) return `${(value / 1024).toFixed(1)} kB`;
  return `${(value / 1024 / 1024).toFixed(1)} MB`;
}
