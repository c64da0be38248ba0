import { distance } from "../dedupe/text/edit.ts";
import { fold } from "../field/fold.ts";

/**
 * The choice that a text most likely means: one whose words it says ("Closed won" is "Won"), or that is another word for the same stage
 * ("Verhandlung" is "Negotiation"), or the same but for a slip of the pen. Undefined when none is, or several are as near.
 */
export function nearestChoice(text: string, names: readonly string[]): string | undefined {
  const words = wordsOf(text);
  if (words.length === 0) return undefined;
  const denies = words.some((word) => DENIES.has(word));
  return (
    (denies ? undefined : (only(names, (name) => says(words, wordsOf(name))) ?? likewise())) ??
    misspelt()
  );

  function likewise(): string | undefined {
    const [stage, ...others] = stagesIn(words);
    if (stage === undefined || others.length > 0) return undefined;
    return only(names, (name) => {
      const [own, ...more] = stagesIn(wordsOf(name));
      return own === stage && more.length === 0;
    });
  }

  function misspelt(): string | undefined {
    const own = words.join(" ");
    const most = own.length < 4 ? 0 : own.length < 8 ? 1 : 2;
    return only(names, (name) => distance(own, wordsOf(name).join(" "), most) <= most);
  }
}

function wordsOf(text: string): string[] {
  return fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

function only(names: readonly string[], fits: (name: string) => boolean): string | undefined {
  const [found, ...others] = names.filter(fits);
  return others.length === 0 ? found : undefined;
}

/** Whether the words of a choice stand in the text, or the text is the beginning of it. */
function says(words: readonly string[], own: readonly string[]): boolean {
  if (own.length === 0) return false;
  if (own.every((word) => words.includes(word))) return own.join("").length >= 3;
  return words.join("").length >= 4 && words.every((word, at) => own[at] === word);
}

/** "Not qualified" is not "Qualified". */
const DENIES: ReadonlySet<string> = new Set(
  "not no non un never without nicht kein keine nie ohne pas sans sin senza sem niet geen".split(
    " ",
  ),
);

/** Words for the stages that deals mostly have, in the languages of the importer, without accents. */
const STAGES: readonly (readonly string[])[] = [
  "lead leads new neu neue nouveau nuevo nueva nuovo novo nieuw prospect prospecting inquiry enquiry anfrage interessent",
  "qualified qualification qualifiziert qualifizierung qualifie calificado cualificado qualificato qualificado gekwalificeerd",
  "proposal proposals offer quote quoted quotation angebot angebote offerte devis propuesta proposta presupuesto preventivo orcamento voorstel",
  "negotiation negotiating negotiations verhandlung verhandlungen negociation negociacion trattativa negociacao onderhandeling",
  "won gewonnen gagne gagnee ganado ganada vinto vinta ganho ganha",
  "lost verloren perdu perdue perdido perdida perso persa",
].map((words) => words.split(" "));

function stagesIn(words: readonly string[]): number[] {
  return STAGES.flatMap((own, stage) => (words.some((word) => own.includes(word)) ? [stage] : []));
}
