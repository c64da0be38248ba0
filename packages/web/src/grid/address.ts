import type { Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";

/** Where an e-mail address, a phone number or a URL leads; undefined for anything else, and for schemes that could run code. */
export function addressOf(field: Field, cell: Cell): string | undefined {
  if (typeof cell !== "string") return undefined;
  switch (field.type) {
    case "email":
      return `mailto:${cell}`;
    case "phone":
      return `tel:${cell.split(" ", 1)[0] ?? ""}`;
    case "url": {
      const text = /^[a-z][a-z0-9+.-]*:/i.test(cell) ? cell : `https://${cell}`;
      return /^(https?|ftp|mailto|tel):/i.test(text) && URL.canParse(text) ? text : undefined;
    }
    default:
      return undefined;
  }
}

/** Opens it as a click on a link would, without giving the other page a hold on this one. */
export function openAddress(field: Field, cell: Cell): boolean {
  const address = addressOf(field, cell);
  if (address === undefined) return false;
  const link = document.createElement("a");
  link.href = address;
  if (field.type === "url") {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  link.click();
  return true;
}
