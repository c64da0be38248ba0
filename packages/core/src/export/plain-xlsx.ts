import { strToU8, Zip, ZipDeflate } from "fflate";
import { isBlank, type RawCell } from "../import/read/raw.ts";
import { MAX_SHEET_ROWS, MAX_TEXT } from "./typed-cell.ts";

/** A worksheet of cells under a header. */
export interface PlainSheet {
  readonly name: string;
  readonly header: readonly string[];
  /** Made one after the other, when the sheet is long. A Date shows its UTC parts, by the format of its column. */
  readonly rows: Iterable<readonly (RawCell | Date | undefined)[]> & { readonly length: number };
  /** Widths in characters, by column. */
  readonly widths?: readonly number[];
  /** Excel's number formats, by column, for its numbers and dates. */
  readonly formats?: readonly (string | undefined)[];
}

/** Rows that are written between two pauses: some milliseconds. */
const PIECE = 250;

/**
 * An Excel workbook, without a library and anywhere: texts stay texts (so that 01234 keeps its zero and nothing runs as a formula),
 * numbers are numbers, headers are bold and stay. Names of worksheets are made such as Excel allows, and different. Throws RangeError for
 * more rows than a worksheet holds.
 */
export function plainXlsx(...sheets: readonly PlainSheet[]): Uint8Array {
  const pieces = [...xlsxPieces(...sheets)];
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** The same file in pieces, some hundred rows at a time: who takes them may do something else in between. */
export function* xlsxPieces(...sheets: readonly PlainSheet[]): Generator<Uint8Array> {
  if (sheets.some(({ rows }) => rows.length >= MAX_SHEET_ROWS)) {
    throw new RangeError("An Excel sheet holds 1,048,576 rows.");
  }
  let ready: Uint8Array[] = [];
  const take = () => {
    const taken = ready;
    ready = [];
    return taken;
  };
  const zip = new Zip((error, data) => {
    if (error !== null) throw error;
    ready.push(data);
  });
  const add = (path: string) => {
    const part = new ZipDeflate(path, { level: 6 });
    zip.add(part);
    return part;
  };
  for (const [path, xml] of Object.entries({
    "[Content_Types].xml": contentTypes(sheets.length),
    "_rels/.rels": ROOT,
    "xl/workbook.xml": workbookXml(sheets.map(({ name }) => name)),
    "xl/_rels/workbook.xml.rels": relations(sheets.length),
    "xl/styles.xml": stylesXml(
      sheets.flatMap(({ header, formats = [] }) => header.map((_, at) => formats[at])),
    ),
  })) {
    add(path).push(strToU8(`${DECLARATION}${xml}`), true);
  }
  /** Where the formats of a sheet's columns begin among those of all. */
  let from = 0;
  for (const [index, sheet] of sheets.entries()) {
    const part = add(`xl/worksheets/sheet${index + 1}.xml`);
    part.push(strToU8(`${DECLARATION}${sheetHead(sheet)}`));
    const letters = sheet.header.map((_, column) => lettersOf(column));
    const styles = sheet.header.map((_, column) =>
      sheet.formats?.[column] === undefined ? 0 : FORMATTED + from + column,
    );
    let number = 1;
    let lines: string[] = [];
    for (const row of sheet.rows) {
      lines.push(rowXml((number += 1), letters, row, styles));
      if (lines.length < PIECE) continue;
      part.push(strToU8(lines.join("")));
      lines = [];
      yield* take();
    }
    part.push(strToU8(`${lines.join("")}</sheetData></worksheet>`), true);
    from += sheet.header.length;
  }
  zip.end();
  yield* take();
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const contentTypes = (sheets: number) =>
  `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${KIND}.sheet.main+xml"/>${numbers(
    sheets,
  )
    .map(
      (n) =>
        `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${KIND}.worksheet+xml"/>`,
    )
    .join("")}<Override PartName="/xl/styles.xml" ContentType="${KIND}.styles+xml"/></Types>`;
const ROOT = `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;
const relations = (sheets: number) =>
  `<Relationships xmlns="${PACKAGE}/relationships">${numbers(sheets)
    .map(
      (n) =>
        `<Relationship Id="r${n}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${n}.xml"/>`,
    )
    .join(
      "",
    )}<Relationship Id="r${sheets + 1}" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`;
/** 1, 2, 3 … */
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
/** Of cells: 0 plain, 1 bold, 2 text, then one for each format of a column. */
const [BOLD, TEXT, FORMATTED] = [1, 2, 3];
/** The first id that is not Excel's own. */
const FIRST_FORMAT = 164;

function stylesXml(formats: readonly (string | undefined)[]): string {
  const codes = formats.map(
    (code, index) =>
      `<numFmt numFmtId="${FIRST_FORMAT + index}" formatCode="${escaped(code ?? "General")}"/>`,
  );
  const list =
    codes.length === 0 ? "" : `<numFmts count="${codes.length}">${codes.join("")}</numFmts>`;
  const styles = formats.map(
    (_, index) =>
      `<xf numFmtId="${FIRST_FORMAT + index}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`,
  );
  return `<styleSheet xmlns="${MAIN}">${list}<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${FORMATTED + styles.length}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>${styles.join("")}</cellXfs></styleSheet>`;
}

function workbookXml(names: readonly string[]): string {
  const taken = new Set<string>();
  const sheets = names.map((name, at) => {
    const plain = name
      .replace(/[[\]:*?/\\]+/g, " ")
      .slice(0, LONGEST_NAME)
      .trim();
    const whole = plain === "" ? `Sheet${at + 1}` : plain;
    let shown = whole;
    for (let n = 2; taken.has(shown.toLowerCase()); n += 1)
      shown = `${whole.slice(0, LONGEST_NAME - 4)} ${n}`;
    taken.add(shown.toLowerCase());
    return `<sheet name="${escaped(shown)}" sheetId="${at + 1}" r:id="r${at + 1}"/>`;
  });
  return `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${sheets.join("")}</sheets></workbook>`;
}

const LONGEST_NAME = 31;

function sheetHead({ header, widths = [] }: PlainSheet): string {
  const columns = header.map(
    (name, index) =>
      `<col min="${index + 1}" max="${index + 1}" width="${widths[index] ?? Math.min(40, Math.max(10, name.length + 2))}" customWidth="1"/>`,
  );
  return `<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>${columns.length === 0 ? "" : `<cols>${columns.join("")}</cols>`}<sheetData><row r="1">${header.map((name, column) => cellXml(`${lettersOf(column)}1`, name, BOLD)).join("")}</row>`;
}

/** "A", "B" to "Z", "AA". */
function lettersOf(column: number): string {
  const before = column < 26 ? "" : lettersOf(Math.floor(column / 26) - 1);
  return before + String.fromCharCode(65 + (column % 26));
}

/** Cells say where they are: not every program counts them. */
function rowXml(
  number: number,
  letters: readonly string[],
  row: readonly (RawCell | Date | undefined)[],
  styles: readonly number[],
): string {
  const cells = row.map((cell, column) =>
    cellXml(`${letters[column]}${number}`, cell, TEXT, styles[column] ?? 0),
  );
  return `<row r="${number}">${cells.join("")}</row>`;
}

function cellXml(at: string, cell: RawCell | Date | undefined, text: number, format = 0): string {
  if (cell instanceof Date) return `<c r="${at}" s="${format}"><v>${serialOf(cell)}</v></c>`;
  if (isBlank(cell) || cell === undefined || cell === null) return "";
  if (typeof cell === "number" && Number.isFinite(cell)) {
    return `<c r="${at}"${format === 0 ? "" : ` s="${format}"`}><v>${cell}</v></c>`;
  }
  if (typeof cell === "boolean") return `<c r="${at}" t="b"><v>${cell ? 1 : 0}</v></c>`;
  const words = typeof cell === "object" ? cell.text : String(cell);
  return `<c r="${at}" t="inlineStr" s="${text}"><is><t xml:space="preserve">${escaped(words.slice(0, MAX_TEXT))}</t></is></c>`;
}

/** Days since 1899-12-30, as Excel counts them from March 1900 on; before, its calendar has a day too many (29 February 1900). */
function serialOf(date: Date): number {
  const days = date.getTime() / 86_400_000 + 25_569;
  return days < 61 ? days - 1 : days;
}

function escaped(text: string): string {
  return text
    .replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
