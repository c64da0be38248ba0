import { DomainError } from "../../error.ts";
import type { Look } from "./formatting.ts";
import type { RawTable } from "./raw.ts";
import { readRemarks } from "./remarks.ts";
import { sheetReader } from "./sheet-xml.ts";
import { readStyles } from "./styles.ts";
import { choiceLists, type ListRule } from "./validation.ts";
import { elements, itemText, local, unescapeText } from "./xml.ts";
import { endless, openZip, type Zip } from "./zip.ts";

export interface XlsxLimits {
  readonly maxBytes?: number;
  /** What the archive may unpack to in all, counted as it does. */
  readonly maxInflatedBytes?: number;
  readonly maxCells?: number;
  /** Bytes of one row, or of one text. */
  readonly maxText?: number;
}

const MAX_XLSX_BYTES = 20 * 1024 * 1024;
const MAX_INFLATED = 1024 * 1024 * 1024;
const MAX_CELLS = 30_000_000;
const MAX_TEXT = 32 * 1024 * 1024;
const PIECE = 1024 * 1024;

/**
 * Reads every worksheet of an Excel workbook (transitional or strict), in the order of its tabs; values keep their types. Macros, links
 * and everything outside the file are ignored. Throws `unsupported-file` or `too-large`, never hangs on what a hostile file
 * declares: only what really comes out of it counts.
 */
export function readXlsx(bytes: Uint8Array, limits: XlsxLimits = {}): RawTable[] {
  const maxBytes = limits.maxBytes ?? MAX_XLSX_BYTES;
  if (bytes.length > maxBytes) {
    throw new DomainError(
      "too-large",
      `The workbook has ${(bytes.length / 1024 / 1024).toFixed(1)} MB; Excel files up to ${Math.round(maxBytes / 1024 / 1024)} MB can be imported. Save the sheet as CSV: that has no such limit.`,
    );
  }
  const zip = openZip(bytes, {
    maxInflated: limits.maxInflatedBytes ?? MAX_INFLATED,
    maxText: limits.maxText ?? MAX_TEXT,
  });
  const path = workbookPath(zip);
  const xml = textOf(zip, path) ?? "";
  const sheets = worksheets(zip, path, xml);
  if (xml === "" && sheets.length === 0) {
    throw new DomainError(
      "unsupported-file",
      "The file is a ZIP archive, but no Excel workbook. Unpack it and import the table in it.",
    );
  }
  const relations = readRelations(zip, path);
  const partAt = (kind: string, usual: string) =>
    relations.find(({ type }) => type.endsWith(`/${kind}`))?.target ?? usual;
  const { looks, ...styles } = readStyles(
    textOf(zip, partAt("styles", "xl/styles.xml")),
    textOf(zip, partAt("theme", "xl/theme/theme1.xml")),
  );
  const context = {
    strings: readStrings(zip, partAt("sharedStrings", "xl/sharedStrings.xml")),
    ...styles,
    base1904: [...elements(xml, "workbookPr")].some(({ attributes }) =>
      /^(?:1|true)$/.test(attributes["date1904"] ?? ""),
    ),
    maxCells: limits.maxCells ?? MAX_CELLS,
    maxText: zip.maxText,
  };
  const names = new Map(
    [...elements(xml, "definedName")].map(({ attributes, inner }) => [
      (attributes["name"] ?? "").toLowerCase(),
      unescapeText(inner),
    ]),
  );
  const read = sheets.map(({ name, target, hidden }) => {
    const { lists, ...values } = readSheet(zip, target, context, looks);
    const table: RawTable = {
      sheet: name,
      encoding: null,
      delimiter: null,
      quote: null,
      ...values,
      notes: [],
      ...(hidden ? { hidden: true } : {}),
    };
    return { table, lists };
  });
  if (read.length === 0) {
    throw new DomainError("unsupported-file", "The workbook has no worksheet with cells in it.");
  }
  const tables = read.map(({ table }) => table);
  return read.map(({ table, lists }) =>
    lists.length === 0 || table.formatting === undefined
      ? table
      : {
          ...table,
          formatting: { ...table.formatting, lists: choiceLists(lists, table, tables, names) },
        },
  );
}

/** Worksheets in the order of their tabs; where the workbook's own list is damaged, by the names in the archive. */
function worksheets(
  zip: Zip,
  path: string,
  xml: string,
): { readonly name: string; readonly target: string; readonly hidden: boolean }[] {
  const relations = readRelations(zip, path);
  const files = zip
    .names()
    .filter((name) => /(?:^|[\\/])worksheets[\\/][^\\/]+\.xml$/i.test(name))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  if (xml === "")
    return files.map((target, index) => ({ name: `Sheet${index + 1}`, target, hidden: false }));
  return [...elements(xml, "sheet")].flatMap(({ attributes }, index) => {
    const id = local(attributes, "id");
    const relation = relations.find((each) => each.id === id);
    if (relation !== undefined && !relation.type.endsWith("/worksheet")) return [];
    const target = relation === undefined ? files[index] : relation.target;
    if (target === undefined || !zip.has(target)) return [];
    const hidden = attributes["state"] === "hidden" || attributes["state"] === "veryHidden";
    return [{ name: attributes["name"] ?? `Sheet${index + 1}`, target, hidden }];
  });
}

interface Relation {
  readonly id: string;
  readonly type: string;
  /** Path in the archive. */
  readonly target: string;
}

function workbookPath(zip: Zip): string {
  const root = textOf(zip, "_rels/.rels");
  if (root !== undefined) {
    for (const { attributes } of elements(root, "Relationship")) {
      if ((attributes["Type"] ?? "").endsWith("/officeDocument")) {
        const target = resolve("", attributes["Target"] ?? "");
        if (zip.has(target)) return target;
      }
    }
  }
  return zip.names().find((name) => /(?:^|\/)workbook\.xml$/i.test(name)) ?? "xl/workbook.xml";
}

function readRelations(zip: Zip, path: string): Relation[] {
  const slash = path.lastIndexOf("/");
  const folder = path.slice(0, slash + 1);
  const xml = textOf(zip, `${folder}_rels/${path.slice(slash + 1)}.rels`) ?? "";
  return [...elements(xml, "Relationship")].map(({ attributes }) => ({
    id: attributes["Id"] ?? "",
    type: attributes["Type"] ?? "",
    target: resolve(folder, attributes["Target"] ?? ""),
  }));
}

function resolve(folder: string, target: string): string {
  const path = target.replaceAll("\\", "/");
  const parts = (path.startsWith("/") ? path : folder + path).split("/");
  const resolved: string[] = [];
  for (const part of parts) {
    if (part === "..") resolved.pop();
    else if (part !== "" && part !== ".") resolved.push(part);
  }
  return resolved.join("/");
}

function readStrings(zip: Zip, path: string): string[] {
  const strings: string[] = [];
  let rest = "";
  streamText(zip, path, (text) => {
    const xml = rest + text;
    let at = 0;
    for (;;) {
      const open = /<(?:[\w.-]+:)?si(?=[\s/>])[^>]*>/g;
      open.lastIndex = at;
      const match = open.exec(xml);
      if (match === null) break;
      if (match[0].endsWith("/>")) {
        strings.push("");
        at = open.lastIndex;
        continue;
      }
      const close = xml.indexOf("si>", open.lastIndex);
      const end = close === -1 ? -1 : xml.lastIndexOf("</", close);
      if (end < open.lastIndex || close === -1) break;
      strings.push(stringItem(xml.slice(open.lastIndex, end)));
      at = close + 3;
    }
    rest = xml.slice(at);
    if (rest.length > zip.maxText) throw endless();
  });
  return strings;
}

/** Most items are one plain run. */
function stringItem(inner: string): string {
  if (
    inner.startsWith("<t>") &&
    inner.endsWith("</t>") &&
    inner.indexOf("<", 3) === inner.length - 4
  ) {
    const text = inner.slice(3, -4);
    if (!text.includes("&") && !text.includes("_x") && !text.includes("\r")) return text;
  }
  return itemText(inner);
}

function readSheet(
  zip: Zip,
  path: string,
  context: Parameters<typeof sheetReader>[0],
  looks: readonly Look[],
): Pick<RawTable, "rows" | "merges" | "formatting"> & { readonly lists: readonly ListRule[] } {
  const reader = sheetReader(context);
  streamText(zip, path, (text) => reader.push(text));
  const rows = reader.end();
  const merges = reader.merges();
  const { lists, ...told } = reader.told();
  const relations = readRelations(zip, path);
  const parts = (kind: string) =>
    relations.flatMap(({ type, target }) =>
      type.endsWith(kind) && zip.has(target) ? [textOf(zip, target) ?? ""] : [],
    );
  const remarks = readRemarks(parts("/comments"), parts("/threadedComment"));
  return {
    rows,
    ...(merges.length === 0 ? {} : { merges }),
    formatting: { looks, ...told, remarks, lists: [] },
    lists,
  };
}

function textOf(zip: Zip, path: string): string | undefined {
  const bytes = zip.read(path);
  return bytes === undefined ? undefined : new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return "utf-8";
}

/** Hands text on in pieces of about a megabyte that end behind a tag. */
function streamText(zip: Zip, path: string, sink: (text: string) => void): void {
  let buffer = new Uint8Array(PIECE * 2);
  let length = 0;
  let tagEnd = 0;
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  const flush = (end: number): void => {
    if (end === 0) return;
    decoder ??= new TextDecoder(encodingOf(buffer));
    sink(decoder.decode(buffer.subarray(0, end)));
    buffer.copyWithin(0, end, length);
    length -= end;
    tagEnd = 0;
  };
  zip.pieces(path, (piece) => {
    if (length + piece.length > buffer.length) {
      const grown = new Uint8Array(Math.max(buffer.length * 2, length + piece.length));
      grown.set(buffer.subarray(0, length));
      buffer = grown;
    }
    buffer.set(piece, length);
    const last = piece.lastIndexOf(0x3e);
    if (last !== -1) tagEnd = length + last + 1;
    length += piece.length;
    // A text in UTF-16 is small in practice and taken whole.
    const whole = encodingOf(buffer) !== "utf-8";
    if (length >= PIECE && !whole) flush(tagEnd);
    if (length - (whole ? 0 : tagEnd) > zip.maxText) throw endless();
  });
  flush(length);
}
