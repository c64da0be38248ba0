// @vitest-environment happy-dom
import { expect, test } from "vitest";
import type { Cell } from "@gridfolk/core/field/cell";
import type { Field, FieldType } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { copiedCell, toHtml } from "./clipboard-html.ts";
import type { BlockCell } from "./clipboard.ts";
import { exactCell } from "./exact.ts";
import { fromHtml } from "./html-table.ts";

const locale = { locale: "de-DE", timeZone: "Europe/Berlin", currency: "EUR", country: "DE" };

function cellOf(cell: BlockCell, type: FieldType, more: Partial<Field> = {}): Cell | undefined {
  const field: Field = { key: "f", name: "F", type, ...more };
  const parse = registry[type].parser(field, locale);
  return typeof cell === "string" ? parse(cell) : exactCell(cell, field, locale, parse);
}

/** As Excel 365 puts it on the clipboard: the text as it is shown, formats in classes of a style sheet. */
const excel = `<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=ProgId content=Excel.Sheet>
<style>
<!--table
	{mso-displayed-decimal-separator:"\\.";
	mso-displayed-thousand-separator:"\\,";}
td
	{mso-style-parent:style0; padding-top:1px; mso-number-format:General; mso-rotate:0;}
.xl65
	{mso-style-parent:style0;
	mso-number-format:"\\[$-409\\]d\\\\-mmm\\\\-yyyy\\;\\@";}
.xl66
	{mso-style-parent:style0; mso-number-format:Percent;}
.xl67
	{mso-style-parent:style0; mso-number-format:"\\0022$\\0022\\#\\,\\#\\#0\\.00";}
.xl68
	{mso-style-parent:style0; font-weight:700; white-space:normal;}
-->
</style></head>
<body link="#0563C1" vlink="#954F72">
<table border=0 cellpadding=0 cellspacing=0 width=384 style='border-collapse:collapse;width:288pt'>
<!--StartFragment-->
 <col width=64 span=6 style='width:48pt'>
 <tr height=20 style='height:15.0pt'>
  <td height=20 class=xl68 width=64 style='height:15.0pt;width:48pt'>Name</td>
  <td colspan=2 class=xl68 width=128 style='mso-ignore:colspan'>Amount and share</td>
  <td class=xl68>When</td>
 </tr>
 <tr height=20 style='display:none'><td>hidden by a filter</td><td>1</td><td>2</td><td>3</td></tr>
 <tr height=20 style='height:15.0pt'>
  <td height=20 rowspan=2>Ada<br>
    Lovelace</td>
  <td class=xl67 align=right x:num="1234.567">$1,234.57</td>
  <td class=xl66 align=right x:num="0.125">13%</td>
  <td class=xl65 align=right x:num="46387">####</td>
 </tr>
 <tr height=20>
  <td align=right x:num>1234.5</td>
  <td>&nbsp;</td>
  <td>12/31/2026</td>
 </tr>
<!--EndFragment-->
</table></body></html>`;

test("Excel: spans spread out, hidden rows left out, the values behind rounded texts and ####", () => {
  const block = fromHtml(excel) ?? [];
  expect(
    block.map((row) => row.map((cell) => (typeof cell === "string" ? cell : cell.text))),
  ).toEqual([
    ["Name", "Amount and share", "", "When"],
    ["Ada\nLovelace", "$1,234.57", "13%", "####"],
    ["", "1234.5", "", "12/31/2026"],
  ]);
  const [, first = []] = block;
  expect(cellOf(first[1]!, "number")).toBe(1234.567);
  expect(cellOf(first[1]!, "currency")).toBe("123457 USD");
  expect(cellOf(first[2]!, "percent")).toBe(0.125);
  expect(cellOf(first[3]!, "date")).toBe("2026-12-31");
  expect(cellOf(first[0]!, "text")).toBe("Ada\nLovelace");
});

/** As Google Sheets puts it there. */
const google = `<meta charset='utf-8'><google-sheets-html-origin><style type="text/css"><!--td {border: 1px solid #cccccc;}br {mso-data-placement:same-cell;}--></style>
<table xmlns="http://www.w3.org/1999/xhtml" cellspacing="0" cellpadding="0" dir="ltr" border="1" style="table-layout:fixed;font-size:10pt;font-family:Arial;width:0px;border-collapse:collapse;border:none" data-sheets-root="1" data-sheets-baot="1"><colgroup><col width="100"/><col width="100"/></colgroup><tbody>
<tr style="height:21px;"><td style="overflow:hidden;font-weight:bold;" data-sheets-value="{&quot;1&quot;:2,&quot;2&quot;:&quot; 007&quot;}"> 007</td>
<td style="text-align:right;" data-sheets-value="{&quot;1&quot;:3,&quot;3&quot;:46387}" data-sheets-numberformat="{&quot;1&quot;:5,&quot;2&quot;:&quot;M/d/yyyy&quot;,&quot;3&quot;:1}">12/31/2026</td>
<td style="text-align:right;" data-sheets-value="{&quot;1&quot;:3,&quot;3&quot;:1.234}">1.234</td>
<td data-sheets-value="{&quot;1&quot;:4,&quot;4&quot;:1}">TRUE</td>
<td data-sheets-value="{&quot;1&quot;:3,&quot;3&quot;:46387.75}" data-sheets-numberformat="{&quot;1&quot;:7,&quot;2&quot;:&quot;m/d/yy h:mm&quot;}">12/31/26 18:00</td>
<td data-sheets-value="{&quot;1&quot;:3,&quot;3&quot;:-5.5}" data-sheets-numberformat="{&quot;1&quot;:4,&quot;2&quot;:&quot;[$£]#,##0.00&quot;}">-£5.50</td></tr></tbody></table></google-sheets-html-origin>`;

test("Google Sheets: texts keep their zeros, dates do not depend on the order of the locale", () => {
  const [row = []] = fromHtml(google) ?? [];
  expect(cellOf(row[0]!, "text")).toBe(" 007");
  expect(cellOf(row[1]!, "date")).toBe("2026-12-31");
  expect(cellOf(row[1]!, "text")).toBe("12/31/2026");
  // In German 1.234 is one thousand two hundred and thirty-four; this one is not.
  expect(cellOf(row[2]!, "number")).toBe(1.234);
  expect(cellOf(row[3]!, "checkbox")).toBe(true);
  expect(cellOf(row[4]!, "dateTime")).toBe("2026-12-31T17:00:00Z");
  expect(cellOf(row[5]!, "currency")).toBe("-550 GBP");
});

/** As LibreOffice Calc puts it there. */
const calc = `<!DOCTYPE html><html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"/><title></title><meta name="generator" content="LibreOffice 7.4.7.2 (Linux)"/>
<style type="text/css">body,div,table,thead,tbody,tfoot,tr,th,td,p { font-family:"Liberation Sans"; font-size:x-small }</style></head>
<body><table cellspacing="0" border="0"><colgroup width="85"></colgroup>
<tr><td height="17" align="left">Müller &amp; Söhne</td>
<td align="right" sdval="46387" sdnum="1033;0;MM/DD/YY">12/31/26</td>
<td align="right" sdval="0.5" sdnum="1033;0;0.00%">50.00%</td>
<td align="right" sdval="1234.5" sdnum="1033;">1234.5</td>
<td align="right" sdval="99.9" sdnum="1033;0;[$€-407]#,##0.00;[RED]-[$€-407]#,##0.00">€99.90</td>
<td align="right" sdval="1" sdnum="1033;0;BOOLEAN">TRUE</td></tr></table></body></html>`;

test("LibreOffice: sdval and sdnum are read", () => {
  const [row = []] = fromHtml(calc) ?? [];
  expect(cellOf(row[0]!, "text")).toBe("Müller & Söhne");
  expect(cellOf(row[1]!, "date")).toBe("2026-12-31");
  expect(cellOf(row[2]!, "percent")).toBe(0.5);
  expect(cellOf(row[3]!, "number")).toBe(1234.5);
  expect(cellOf(row[4]!, "currency")).toBe("9990 EUR");
  expect(cellOf(row[5]!, "checkbox")).toBe(true);
});

test("a page without a table, broken values and what does not fit are taken as text", () => {
  expect(fromHtml("<p>text</p>")).toBeUndefined();
  const html = `<table><tr><td data-sheets-value="{oops">a</td><td sdval="x" sdnum="1033;">b</td><td x:num="1e999">c</td></tr></table>`;
  expect(fromHtml(html)).toEqual([["a", "b", "c"]]);
  const [row = []] = fromHtml(google) ?? [];
  expect(cellOf(row[1]!, "number")).toEqual({ invalid: "12/31/2026" });
  expect(cellOf(row[3]!, "number")).toEqual({ invalid: "TRUE" });
});

test("what is copied tells Excel, Google Sheets and LibreOffice the same values", () => {
  const fields: Field[] = [
    { key: "n", name: "N", type: "number", decimals: 2 },
    { key: "p", name: "P", type: "percent" },
    { key: "c", name: "C", type: "currency" },
    { key: "d", name: "D", type: "date" },
    { key: "t", name: "T", type: "dateTime" },
    { key: "b", name: "B", type: "checkbox" },
    { key: "s", name: "S", type: "text" },
  ];
  const cells: Cell[] = [
    -1.5,
    0.125,
    "123450 USD",
    "2026-12-31",
    "2026-06-30T22:30:00Z",
    true,
    "007 <b>",
  ];
  const row = fields.map((field, at) => {
    const cell = cells[at]!;
    return copiedCell(cell, field, registry[field.type].edit(cell, field, locale), locale);
  });
  const html = toHtml(
    [row],
    fields.map(({ name }) => name),
  );
  const foreign = html.replace(' data-gridfolk=""', "");
  const without = (pattern: RegExp) => foreign.replaceAll(pattern, "");
  const readers = {
    excel: without(/ (sdval|sdnum|data-sheets-\w+)="[^"]*"/g),
    google: without(/ (sdval|sdnum|x:num|x:bool)="[^"]*"/g),
    calc: without(/ (x:num|data-sheets-\w+)="[^"]*"/g),
  };
  for (const [name, seen] of Object.entries(readers)) {
    const [head, body = []] = fromHtml(seen) ?? [];
    expect([name, head]).toEqual([name, ["N", "P", "C", "D", "T", "B", "S"]]);
    const read = body.map((cell, at) => cellOf(cell, fields[at]!.type));
    expect([name, read]).toEqual([name, cells]);
  }
  // Its own it reads from the text, which is exact to the last sign.
  expect(fromHtml(html)).toBeUndefined();
});
