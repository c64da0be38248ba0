import type { Look } from "./formatting.ts";
import { colourReader, type ReadColour } from "./colour.ts";
import { numberFormat, type NumberFormat } from "./number-format.ts";
import { elements } from "./xml.ts";

/** The styles of a workbook's cells, by the number that cells name them with. */
export interface Styles {
  readonly formats: readonly NumberFormat[];
  readonly looks: readonly Look[];
  /** Place of the style's look in `looks` plus one; 0: it says nothing. */
  readonly lookOf: Uint16Array;
}

const MOST_LOOKS = 4000;

/** Reads styles.xml; `theme` is the XML of the theme that its colours may name. */
export function readStyles(xml: string | undefined, theme: string | undefined): Styles {
  if (xml === undefined) return { formats: [], looks: [], lookOf: new Uint16Array() };
  const codes = new Map<number, string>();
  for (const { attributes } of elements(xml, "numFmt")) {
    codes.set(Number(attributes["numFmtId"]), attributes["formatCode"] ?? "General");
  }
  const readColour = colourReader(xml, theme);
  const within = (container: string, name: string) => [
    ...elements([...elements(xml, container)][0]?.inner ?? "", name),
  ];
  const fonts = within("fonts", "font").map(({ inner }) => fontLook(inner, readColour));
  const fills = within("fills", "fill").map(({ inner }) => fillLook(inner, readColour));
  const cells = within("cellXfs", "xf");
  const looks: Look[] = [];
  const placeByLook = new Map<string, number>();
  const lookOf = new Uint16Array(cells.length);
  const formats = cells.map(({ attributes }, style) => {
    const look: Look = {
      ...fonts[Number(attributes["fontId"] ?? 0)],
      ...fills[Number(attributes["fillId"] ?? 0)],
    };
    const key = JSON.stringify(look);
    if (key !== "{}") {
      let place = placeByLook.get(key);
      if (place === undefined && looks.length < MOST_LOOKS) {
        place = looks.push(look);
        placeByLook.set(key, place);
      }
      lookOf[style] = place ?? 0;
    }
    const id = Number(attributes["numFmtId"] ?? 0);
    return numberFormat(id, codes.get(id));
  });
  return { formats, looks, lookOf };
}

function fontLook(inner: string, readColour: ReadColour): Look {
  const isOn = (name: string) =>
    [...elements(inner, name)].some(
      ({ attributes }) => !/^(?:0|false|none)$/.test(attributes["val"] ?? "1"),
    );
  // Underlined in a colour is a link.
  const colour = isOn("u") ? undefined : readColour(inner, "color");
  return {
    ...(colour === undefined || isInk(colour) ? {} : { font: colour }),
    ...(isOn("strike") ? { strike: true } : {}),
    ...(isOn("b") ? { bold: true } : {}),
  };
}

function fillLook(inner: string, readColour: ReadColour): Look {
  const [pattern] = elements(inner, "patternFill");
  const type = pattern?.attributes["patternType"] ?? (pattern === undefined ? "gradient" : "solid");
  if (type === "none") return {};
  const colour =
    pattern === undefined
      ? readColour(inner, "color")
      : readColour(pattern.inner, type === "solid" ? "fgColor" : "bgColor");
  return colour === undefined || isPaper(colour) ? {} : { fill: colour };
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

/** As good as black, or white on a dark ground: what text is written in without meaning anything. */
function isInk(colour: string): boolean {
  const all = channels(colour);
  const isGrey = Math.max(...all) - Math.min(...all) < 24;
  return Math.max(...all) < 80 || (isGrey && Math.max(...all) < 110) || isPaper(colour);
}

function isPaper(colour: string): boolean {
  return Math.min(...channels(colour)) > 245;
}
