import { cellText, isBlank, type RawCell } from "./read/raw.ts";

/** What a single cell looks like, coarse and cheap: enough to tell a header from a row of data. */
export type Shape =
  | "blank"
  | "number"
  | "date"
  | "email"
  | "url"
  | "phone"
  | "checkbox"
  | "code"
  | "text"
  | "prose";

const NUMBER =
  /^[+\-−(]?\s?(?:[$€£¥₹]|[A-Z]{3}\s)?\s?\d[\d.,'’\u00a0\u202f ]*\)?\s?(?:%|[$€£¥₹]|[A-Z]{3})?$/;
const DATE =
  /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}[. -]?\s?\p{L}{3,9}[.,]?[ -]\s?\d{2,4}|\p{L}{3,9}\.? \d{1,2},? \d{4}|\p{L}{3}-\d{2})(?:[T ,]+\d{1,2}:\d{2}.*)?$/u;
const TIME = /^\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[AaPp][Mm])?$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/;
const URL = /^(?:https?:\/\/|ftp:\/\/|www\.)\S+$/i;
const PHONE = /^\+?[\d\s().\-/]{7,22}(?:\s?(?:x|ext\.?)\s?\d+)?$/i;
const CHECKBOX = /^(?:true|false|yes|no|y|n|ja|nein|oui|non|si|sí|sim|não|x|✓|✔)$/i;

export function shapeOf(cell: RawCell | undefined): Shape {
  if (isBlank(cell)) return "blank";
  if (typeof cell === "number") return "number";
  if (typeof cell === "boolean") return "checkbox";
  if (typeof cell === "object" && cell !== null) {
    if (cell.as === "date" || cell.as === "dateTime" || cell.as === "time") return "date";
    return cell.as === "error" ? "code" : "number";
  }
  const text = cellText(cell).trim();
  if (text.length > 120 || text.includes("\n\n")) return "prose";
  if (NUMBER.test(text))
    return PHONE.test(text) &&
      /^\+|^0\d+[ /-]|[()]|\d[ -]\d{2,}[ -]\d/.test(text) &&
      !/[.,]\d+$/.test(text)
      ? "phone"
      : "number";
  if (DATE.test(text) || TIME.test(text)) return "date";
  if (EMAIL.test(text)) return "email";
  if (URL.test(text)) return "url";
  if (PHONE.test(text) && text.replace(/\D/g, "").length >= 7) return "phone";
  if (CHECKBOX.test(text)) return "checkbox";
  if (/^(?=.*\d)(?!.*\s)[\w#./:-]+$/.test(text) && /\d{2}|^\w?\d/.test(text)) return "code";
  if (text.length > 60) return "prose";
  return "text";
}
