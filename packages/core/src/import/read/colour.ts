import { elements, local } from "./xml.ts";

/** The colour that the first element of a name holds as `#rrggbb`; undefined when there is none, or it is the system's own. */
export type ReadColour = (xml: string, name: string) => string | undefined;

/** The palette that numbers name unless a workbook brings its own (ECMA-376, 18.8.27), from 8 on; 0 to 7 are its first eight. */
const INDEXED =
  "000000 ffffff ff0000 00ff00 0000ff ffff00 ff00ff 00ffff 800000 008000 000080 808000 800080 008080 c0c0c0 808080 9999ff 993366 ffffcc ccffff 660066 ff8080 0066cc ccccff 000080 ff00ff ffff00 00ffff 800080 800000 008080 0000ff 00ccff ccffff ccffcc ffff99 99ccff ff99cc cc99ff ffcc99 3366ff 33cccc 99cc00 ffcc00 ff9900 ff6600 666699 969696 003366 339966 003300 333300 993300 993366 333399 333333".split(
    " ",
  );

/** In the order in which cells number them, which swaps the first two pairs of the theme's own. */
const THEME = [
  ["lt1", "ffffff"],
  ["dk1", "000000"],
  ["lt2", "e7e6e6"],
  ["dk2", "44546a"],
  ["accent1", "4472c4"],
  ["accent2", "ed7d31"],
  ["accent3", "a5a5a5"],
  ["accent4", "ffc000"],
  ["accent5", "5b9bd5"],
  ["accent6", "70ad47"],
] as const;

/** Reads colours given directly, by the palette, or by the theme with a tint. A theme's colours of links are none. */
export function colourReader(styles: string, theme: string | undefined): ReadColour {
  const own = [...elements([...elements(styles, "indexedColors")][0]?.inner ?? "", "rgbColor")].map(
    ({ attributes }) => (attributes["rgb"] ?? "").slice(-6).toLowerCase(),
  );
  const scheme = THEME.map(([name, usual]) => {
    const inner = theme === undefined ? "" : ([...elements(theme, name)][0]?.inner ?? "");
    const [rgb] = elements(inner, "srgbClr");
    const [system] = elements(inner, "sysClr");
    return (rgb?.attributes["val"] ?? system?.attributes["lastClr"] ?? usual).toLowerCase();
  });
  return (xml, name) => {
    const [element] = elements(xml, name);
    if (element === undefined) return undefined;
    const { attributes } = element;
    const rgb = local(attributes, "rgb");
    const byTheme = attributes["theme"];
    const byIndex = Number(attributes["indexed"]);
    const hex =
      rgb !== undefined
        ? rgb.slice(-6).toLowerCase()
        : byTheme !== undefined
          ? scheme[Number(byTheme)]
          : own.length > 0
            ? own[byIndex]
            : INDEXED[byIndex < 8 ? byIndex : byIndex - 8];
    if (hex === undefined || !/^[0-9a-f]{6}$/.test(hex)) return undefined;
    const tint = Number(attributes["tint"] ?? 0);
    return `#${tint === 0 || !Number.isFinite(tint) ? hex : tinted(hex, tint)}`;
  };
}

/** Hue (degrees), saturation and lightness (0 to 1). */
export function toHsl(hex: string): { hue: number; saturation: number; lightness: number } {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map(
    (at) => parseInt(hex.slice(at, at + 2), 16) / 255,
  );
  const most = Math.max(red, green, blue);
  const span = most - Math.min(red, green, blue);
  const lightness = most - span / 2;
  if (span === 0) return { hue: 0, saturation: 0, lightness };
  const turn =
    most === red
      ? ((green - blue) / span + 6) % 6
      : most === green
        ? (blue - red) / span + 2
        : (red - green) / span + 4;
  return { hue: turn * 60, saturation: span / (1 - Math.abs(2 * lightness - 1)), lightness };
}

/** A tint makes lighter (up to 1) or darker (down to -1) by its share (ECMA-376, 18.8.19). */
function tinted(hex: string, tint: number): string {
  const { hue, saturation, lightness } = toHsl(hex);
  const share = Math.max(-1, Math.min(1, tint));
  const light = share < 0 ? lightness * (1 + share) : lightness * (1 - share) + share;
  const reach = saturation * Math.min(light, 1 - light);
  return [0, 8, 4]
    .map((offset) => {
      const place = (offset + hue / 30) % 12;
      const channel = light - reach * Math.max(-1, Math.min(place - 3, 9 - place, 1));
      return Math.round(channel * 255)
        .toString(16)
        .padStart(2, "0");
    })
    .join("");
}
