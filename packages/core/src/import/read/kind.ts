import { DomainError } from "../../error.ts";

/**
 * What a file is, told by its first bytes and never by its name. Files that cannot be read throw `unsupported-file` with
 * words about what to do instead.
 */
export function detectKind(bytes: Uint8Array): "csv" | "xlsx" | "vcard" {
  if (bytes.length === 0) throw unsupported("The file is empty (0 bytes).");
  if (starts(bytes, [0x50, 0x4b, 0x03, 0x04])) return zipKind(bytes);
  if (starts(bytes, [0x50, 0x4b, 0x05, 0x06]))
    throw unsupported("The file is an empty ZIP archive.");
  if (starts(bytes, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])) throw oleRefusal(bytes);
  if (starts(bytes, [0x09, 0x08]) || starts(bytes, [0x09, 0x04]) || starts(bytes, [0x09, 0x02])) {
    throw unsupported(OLD_EXCEL);
  }
  for (const [magic, name] of KNOWN) {
    if (starts(bytes, magic)) {
      throw unsupported(
        `The file is ${name}, not a table. Save the table as CSV or XLSX and import that.`,
      );
    }
  }
  const head = latin1(bytes, 0, 2048)
    .replace(/^\u00ef\u00bb\u00bf/, "")
    .trimStart()
    .toLowerCase();
  if (/^(<!doctype html|<html|<table|<head|<meta)/.test(head)) {
    throw unsupported(
      "The file is a web page, whatever its ending says. Open it in Excel or LibreOffice, save it as XLSX or CSV, and import that.",
    );
  }
  if (head.startsWith("<?xml") || head.startsWith("<")) {
    if (head.includes("urn:schemas-microsoft-com:office:spreadsheet")) {
      throw unsupported(
        "The file is an XML spreadsheet of Excel 2003. Open it in Excel or LibreOffice, save it as XLSX, and import that.",
      );
    }
    if (head.startsWith("<?xml")) {
      throw unsupported(
        "The file is XML, not a table. Save the table as CSV or XLSX and import that.",
      );
    }
  }
  if (head.startsWith("begin:vcard") || isWideVcard(bytes)) return "vcard";
  if (head.startsWith("begin:vcalendar")) {
    throw unsupported("The file is a calendar (iCalendar), not a table.");
  }
  if (head.startsWith("{\\rtf")) {
    throw unsupported(
      "The file is a text document (RTF). Copy the table into a spreadsheet and save it as CSV or XLSX.",
    );
  }
  return "csv";
}

/** Cards in UTF-16. */
function isWideVcard(bytes: Uint8Array): boolean {
  return latin1(bytes, 0, 60)
    .replaceAll("\0", "")
    .replace(/^[\u00fe\u00ff]+/, "")
    .trimStart()
    .toLowerCase()
    .startsWith("begin:vcard");
}

const OLD_EXCEL =
  "The file is in the old Excel format (XLS). Open it in Excel or LibreOffice, save it as Excel Workbook (.xlsx), and import that.";

const KNOWN: readonly (readonly [readonly number[], string])[] = [
  [[0x25, 0x50, 0x44, 0x46], "a PDF document"],
  [[0x89, 0x50, 0x4e, 0x47], "a picture (PNG)"],
  [[0xff, 0xd8, 0xff], "a picture (JPEG)"],
  [[0x47, 0x49, 0x46, 0x38], "a picture (GIF)"],
  [[0x1f, 0x8b], "compressed (gzip)"],
  [[0x42, 0x5a, 0x68], "compressed (bzip2)"],
  [[0x37, 0x7a, 0xbc, 0xaf], "a 7z archive"],
  [[0x52, 0x61, 0x72, 0x21], "a RAR archive"],
  [[0xfd, 0x37, 0x7a, 0x58], "compressed (xz)"],
  [[0x28, 0xb5, 0x2f, 0xfd], "compressed (zstd)"],
  [[0x7f, 0x45, 0x4c, 0x46], "a program"],
  [[0x4d, 0x5a, 0x90], "a program"],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], "an SQLite database"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file"],
];

function zipKind(bytes: Uint8Array): "xlsx" {
  const head = latin1(bytes, 0, 4096);
  const tail = latin1(bytes, Math.max(0, bytes.length - 65_536), bytes.length);
  const has = (name: string) => head.includes(name) || tail.includes(name);
  if (head.includes("mimetypeapplication/vnd.oasis.opendocument")) {
    throw unsupported(
      "The file is in the OpenDocument format (ODS). Open it in LibreOffice, save it as Excel 2007-365 (.xlsx), and import that.",
    );
  }
  if (has("xl/workbook.bin")) {
    throw unsupported(
      "The file is a binary Excel workbook (XLSB). Open it in Excel, save it as Excel Workbook (.xlsx), and import that.",
    );
  }
  if (has("word/document.xml"))
    throw unsupported(
      "The file is a Word document. Copy the table into a spreadsheet and save it as XLSX.",
    );
  if (has("ppt/presentation.xml"))
    throw unsupported("The file is a PowerPoint presentation, not a table.");
  if (has(".iwa"))
    throw unsupported(
      "The file is an Apple Numbers document. Export it as Excel or CSV and import that.",
    );
  // The names are scattered in large or unusual archives; the reader says what is missing.
  return "xlsx";
}

function oleRefusal(bytes: Uint8Array): DomainError {
  // Names in the compound file's directory are UTF-16LE.
  const text = latin1(bytes, 0, bytes.length);
  const wide = (name: string) => text.includes([...name].join("\0"));
  if (wide("EncryptedPackage")) {
    return unsupported(
      "The workbook is protected with a password. Open it in Excel, remove the password (File, Info, Protect Workbook), save, and import it again.",
    );
  }
  if (wide("WordDocument")) {
    return unsupported(
      "The file is an old Word document. Copy the table into a spreadsheet and save it as XLSX.",
    );
  }
  return unsupported(OLD_EXCEL);
}

function starts(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  const parts: string[] = [];
  for (let at = from; at < Math.min(to, bytes.length); at += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(at, Math.min(at + 8192, to, bytes.length))));
  }
  return parts.join("");
}

function unsupported(message: string): DomainError {
  return new DomainError("unsupported-file", message);
}
