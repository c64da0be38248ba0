import type { FieldBehaviour } from "../behaviour.ts";
import { compareText, define, invalid, isBlank, isText, quoted } from "../define.ts";
import * as Operators from "../operators.ts";
import { sift } from "../sift.ts";

/** http, https and ftp, or no scheme: nothing that a click could run. */
const SHAPE =
  /^(?:(https?|ftp):\/\/)?(?:[^\s/?#@<>"]+@)?((?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,62})?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})?\.?|\[[\da-f:.]+\])(?::(\d{1,5}))?([/?#][^\s<>"]*)?$/iu;
/** What nearly all of them look like. */
const PLAIN =
  /^(?:https?:\/\/)?(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z]{2,63}(?:\/[\w%./-]*)?$/i;
const TOP = /\.(?:[\p{L}]{2,63}|xn--[a-z\d-]+)\.?$/iu;
const ADDRESS = /^(?:\d{1,3}\.){3}\d{1,3}$/;

export function isUrl(text: string): boolean {
  if (text.length > 2_048) return false;
  if (PLAIN.test(text)) return true;
  const match = SHAPE.exec(text);
  if (match === null) return false;
  const [, scheme, host = "", port] = match;
  if (port !== undefined && Number(port) > 65_535) return false;
  if (scheme !== undefined) return true;
  return !text.includes("@") && (TOP.test(host) || ADDRESS.test(host));
}

/** Where a click leads. */
export function href(value: string): string {
  return /^(?:https?|ftp):\/\//i.test(value) ? value : `https://${value}`;
}

/** The host without "www.", lower case: what companies are recognised by. */
export function domainOf(value: string): string | undefined {
  const host = SHAPE.exec(value.trim())?.[2]?.toLowerCase().replace(/\.$/, "");
  return host?.replace(/^www\d?\./, "");
}

/** With or without scheme, kept as typed. */
export const url: FieldBehaviour = define<string>({
  type: "url",
  label: "Web address",
  icon: "link",
  align: "start",
  operators: Operators.forShapedText,
  takes: "a web address",
  is: (cell) => typeof cell === "string",
  parser: () => (text) => {
    if (PLAIN.test(text) && text.length <= 2_048) return text;
    if (isBlank(text)) return undefined;
    const trimmed = text.trim();
    return isUrl(trimmed) ? trimmed : invalid(text);
  },
  why(text) {
    const trimmed = text.trim();
    if (isUrl(trimmed)) return "";
    if (/\s/.test(trimmed)) return `${quoted(trimmed)} is not a web address: it has a space in it.`;
    return `${quoted(trimmed)} is not a web address, such as example.com or https://example.com/page.`;
  },
  format: (value) => value,
  compare: compareText,
  check: (value) => isUrl(value) && isText(value) && value === value.trim(),
  key(value) {
    const match = SHAPE.exec(value);
    if (match === null) return undefined;
    const [, , , port, path = ""] = match;
    const rest = path.replace(/\/+$/, "");
    return `${domainOf(value) ?? ""}${port === undefined || port === "80" || port === "443" ? "" : `:${port}`}${rest}`;
  },
  guess(sample) {
    const { texts, placeholders } = sift(sample);
    return { fits: texts.filter(isUrl).length, of: texts.length, placeholders };
  },
});
