import { strToU8, zipSync } from "fflate";
import { isBlank, type RawCell } from "../import/read/raw.ts";

/** Excel's limits. */
const MAX_TEXT = 32_767;
const MAX_ROWS = 1_048_576;

/** A worksheet of raw cells under a header. */
export interface PlainSheet {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly (RawCell | undefined)[])[];
  /** Widths in characters, by column. */
  readonly widths?: readonly number[];
}

/**
 * A small Excel workbook of one worksheet, without a library and anywhere: texts stay texts (so that 01234 keeps its zero and nothing runs as
 * a formula), numbers are numbers, the header is bold and stays. Throws RangeError for more rows than a worksheet holds.
 */
export function plainXlsx(sheet: PlainSheet): Uint8Array {
  if (sheet.rows.length >= MAX_ROWS) throw new RangeError("An Excel sheet holds 1,048,576 rows.");
  return zipSync(
    Object.fromEntries(
      Object.entries({
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": workbookXml(sheet.name),
        "xl/_rels/workbook.xml.rels": WORKBOOK,
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": sheetXml(sheet),
      }).map(([path, xml]) => [path, strToU8(`${DECLARATION}${xml}`)]),
    ),
    { level: 6 },
  );
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const CONTENT_TYPES = `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${KIND}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${KIND}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${KIND}.styles+xml"/></Types>`;
const ROOT = `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;
const WORKBOOK = `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`;
/** 0: plain, 1: bold, 2: text. */
const STYLES = `<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`;

function workbookXml(name: string): string {
  const shown =
    name
      .replace(/[[\]:*?/\\]+/g, " ")
      .slice(0, 31)
      .trim() || "Sheet1";
  return `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="${escaped(shown)}" sheetId="1" r:id="r1"/></sheets></workbook>`;
}

function sheetXml({ header, rows, widths = [] }: PlainSheet): string {
  const columns = header.map(
    (name, index) =>
      `<col min="${index + 1}" max="${index + 1}" width="${widths[index] ?? Math.min(40, Math.max(10, name.length + 2))}" customWidth="1"/>`,
  );
  const lines = rows.map((row) => `<row>${row.map((cell) => cellXml(cell, 2)).join("")}</row>`);
  return `<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>${columns.length === 0 ? "" : `<cols>${columns.join("")}</cols>`}<sheetData><row>${header.map((name) => cellXml(name, 1)).join("")}</row>${lines.join("")}</sheetData></worksheet>`;
}

function cellXml(cell: RawCell | undefined, style: number): string {
  if (isBlank(cell) || cell === undefined || cell === null) return "<c/>";
  if (typeof cell === "number" && Number.isFinite(cell)) return `<c><v>${cell}</v></c>`;
  if (typeof cell === "boolean") return `<c t="b"><v>${cell ? 1 : 0}</v></c>`;
  const text = typeof cell === "object" ? cell.text : String(cell);
  return `<c t="inlineStr" s="${style}"><is><t xml:space="preserve">${escaped(text.slice(0, MAX_TEXT))}</t></is></c>`;
}

function escaped(text: string): string {
  return text
    .replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
