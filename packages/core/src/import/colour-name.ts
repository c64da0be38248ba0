import { toHsl } from "./read/colour.ts";

/** Where each hue begins, in degrees. */
const HUES = [
  [0, "red"],
  [15, "orange"],
  [38, "gold"],
  [50, "yellow"],
  [68, "green"],
  [165, "turquoise"],
  [195, "blue"],
  [255, "purple"],
  [290, "pink"],
  [345, "red"],
] as const;

/** What people call a colour (`#rrggbb`): "Yellow", "Light green", "Dark red". */
export function colourName(colour: string): string {
  const { hue, saturation, lightness } = toHsl(colour.slice(1));
  const name =
    saturation < 0.12
      ? "grey"
      : hue >= 15 && hue < 50 && lightness < 0.36
        ? "brown"
        : HUES.findLast(([from]) => hue >= from)![1];
  const shade = lightness > 0.78 ? "light " : lightness < 0.28 && name !== "brown" ? "dark " : "";
  const words = `${shade}${name}`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}
