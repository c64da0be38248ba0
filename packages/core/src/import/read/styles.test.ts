import { expect, test } from "vitest";
import { readStyles } from "./styles.ts";

const styles = (fonts: string, fills: string, cells: string, more = "") =>
  `<styleSheet>${more}<fonts><font/>${fonts}</fonts><fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>${fills}</fills><cellXfs><xf fontId="0" fillId="0"/>${cells}</cellXfs><dxfs><dxf><font><b/></font><fill/></dxf></dxfs></styleSheet>`;
const fill = (colour: string) =>
  `<fill><patternFill patternType="solid"><fgColor ${colour}/><bgColor indexed="64"/></patternFill></fill>`;
const looksOf = (xml: string, theme?: string) => {
  const { looks, lookOf } = readStyles(xml, theme);
  return [...lookOf].map((place) => looks[place - 1] ?? null);
};

test("colours are given directly, by the palette, by a palette of the workbook's own, or by the theme", () => {
  const fills = [
    fill('rgb="FFFFFF00"'),
    fill('indexed="10"'),
    fill('theme="4" tint="0.7999816888943144"'),
    fill('theme="4" tint="-0.249977111117893"'),
    fill('indexed="64"'),
  ].join("");
  const cells = [2, 3, 4, 5, 6].map((id) => `<xf fontId="0" fillId="${id}"/>`).join("");
  expect(looksOf(styles("", fills, cells))).toEqual([
    null,
    { fill: "#ffff00" },
    { fill: "#ff0000" },
    { fill: "#dae3f3" },
    { fill: "#2f5597" },
    null,
  ]);
  const theme = `<a:theme><a:clrScheme><a:accent1><a:srgbClr val="00B050"/></a:accent1></a:clrScheme></a:theme>`;
  expect(looksOf(styles("", fill('theme="4"'), '<xf fontId="0" fillId="2"/>'), theme)[1]).toEqual({
    fill: "#00b050",
  });
  const own = `<colors><indexedColors><rgbColor rgb="00112233"/><rgbColor rgb="00AA5500"/></indexedColors></colors>`;
  expect(looksOf(styles("", fill('indexed="1"'), '<xf fontId="0" fillId="2"/>', own))[1]).toEqual({
    fill: "#aa5500",
  });
});

test("ink, paper and links say nothing; strike-through and bold do; equal looks are one", () => {
  const fonts = [
    '<font><color theme="1"/></font>',
    '<font><color rgb="FFFFFFFF"/></font>',
    '<font><u/><color rgb="FF0000FF"/></font>',
    "<font><strike/></font>",
    '<font><strike val="0"/><b/></font>',
    '<font><color rgb="FFC00000"/></font>',
  ].join("");
  const cells = [1, 2, 3, 4, 5, 6, 6].map((id) => `<xf fontId="${id}" fillId="0"/>`).join("");
  const xml = styles(fonts, "", cells);
  expect(looksOf(xml)).toEqual([
    null,
    null,
    null,
    null,
    { strike: true },
    { bold: true },
    { font: "#c00000" },
    { font: "#c00000" },
  ]);
  expect(readStyles(xml, undefined).looks).toHaveLength(3);
});
