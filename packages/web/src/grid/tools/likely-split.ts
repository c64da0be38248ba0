import { likelyDelimiter, type Split } from "@gridfolk/core/edit/split";

const EVERY = 20;

/** How a column of that name and with such texts is probably split. */
export function likelySplit(name: string, texts: readonly string[]): Split {
  const delimiter = likelyDelimiter(texts);
  const words = name.toLowerCase();
  if (
    /address|anschrift|adresse|dirección|endereço/.test(words) &&
    !/mail|e-mail|web/.test(words)
  ) {
    return { by: "address" };
  }
  const isName =
    /name|contact|person|kontakt|nombre|nom\b|nome/.test(words) &&
    !/first|last|given|family|middle|vorname|nachname|apellido|prénom/.test(words);
  if (isName && (delimiter === " " || delimiter === ",")) {
    return { by: "name" };
  }
  return { by: "delimiter", delimiter: delimiter ?? ",", most: EVERY };
}
