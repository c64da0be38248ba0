/** The little XML that workbooks need: tags found by scanning, attributes, entities. Nothing external is ever resolved. */

const ENTITY = /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/g;
const NAMED: { readonly [name: string]: string } = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    ENTITY,
    (_all, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      if (name !== undefined) return NAMED[name]!;
      const code = hex !== undefined ? parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
    },
  );
}

/** A tag's attributes, decoded. `text` is what stands between the tag's name and its end. */
export function attributes(text: string): { readonly [name: string]: string } {
  const found: { [name: string]: string } = {};
  for (const match of text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    found[match[1]!] = decodeEntities(match[2] ?? match[3] ?? "");
  }
  return found;
}

/** Every element of this local name, whatever its prefix: attributes and, for elements with content, the text inside. */
export function* elements(
  xml: string,
  name: string,
): Generator<{ readonly attributes: { readonly [name: string]: string }; readonly inner: string }> {
  const open = new RegExp(`<((?:[\\w.-]+:)?${name})(?=[\\s/>])((?:[^>"']|"[^"]*"|'[^']*')*)>`, "g");
  for (let match = open.exec(xml); match !== null; match = open.exec(xml)) {
    const inside = match[2]!;
    if (inside.endsWith("/")) {
      yield { attributes: attributes(inside.slice(0, -1)), inner: "" };
      continue;
    }
    const close = `</${match[1]!}`;
    const end = xml.indexOf(close, open.lastIndex);
    const inner = xml.slice(open.lastIndex, end === -1 ? xml.length : end);
    yield { attributes: attributes(inside), inner };
    if (end !== -1 && !name.startsWith("sheet")) open.lastIndex = end;
  }
}

/** An attribute by local name, whatever its prefix. */
export function local(
  found: { readonly [name: string]: string },
  name: string,
): string | undefined {
  if (found[name] !== undefined) return found[name];
  const key = Object.keys(found).find((each) => each.endsWith(`:${name}`));
  return key === undefined ? undefined : found[key];
}

/** The text of a string item: plain or of several runs, without phonetic readings; escapes such as _x000D_ undone. */
export function itemText(inner: string): string {
  let xml = inner;
  if (xml.includes("rPh"))
    xml = xml.replace(/<(?:[\w.-]+:)?rPh[\s>][\s\S]*?<\/(?:[\w.-]+:)?rPh>/g, "");
  let text = "";
  const run = /<(?:[\w.-]+:)?t(?:\s[^>]*)?(?:\/>|>([\s\S]*?)<\/(?:[\w.-]+:)?t>)/g;
  for (let match = run.exec(xml); match !== null; match = run.exec(xml)) text += match[1] ?? "";
  return unescapeText(text);
}

export function unescapeText(text: string): string {
  let plain = text;
  if (plain.includes("<![CDATA["))
    plain = plain.replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_all, raw: string) =>
      raw.replaceAll("&", "&amp;"),
    );
  plain = decodeEntities(plain);
  if (plain.includes("_x")) {
    plain = plain.replace(/_x([0-9A-Fa-f]{4})_/g, (_all, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    );
    plain = plain.replace(/\p{Surrogate}/gu, "\ufffd");
  }
  return plain.includes("\r") ? plain.replace(/\r\n?/g, "\n") : plain;
}
