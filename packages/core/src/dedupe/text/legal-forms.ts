/**
 * Legal forms of companies in some thirty countries, longest spelling first when they are taken off. Each line: the form's class (forms of one
 * class are the same thing in other words), then its spellings as plain words. Made for Gridfolk from common knowledge.
 */
const FORMS = `
ltd|limited|ltd|l t d|private limited|pvt ltd|pvt limited|pte ltd|pte limited|pty ltd|pty limited|proprietary limited|co ltd|company limited|co limited|pvt|pte|pty|sdn bhd|sdn berhad|sendirian berhad
plc|plc|p l c|public limited company|public company limited|pcl|berhad|bhd|tbk
inc|inc|incorporated|corp|corporation|co inc|incorporation|incorporee|p c|professional corporation
co|co|company|compagnie|cie|companies|compania|cia
llc|llc|l l c|limited liability company|limited liability co|l c|lc|pllc|ooo|o o o|obshchestvo s ogranichennoi otvetstvennostiu|obshchestvo s ogranichennoy otvetstvennostyu|obshchestvo s ogranichennoi otvetstvennostyu|tov|too|ood|eood|doo|d o o|d o o e l|sp z o o|sp zoo|spolka z o o|spolka z ograniczona odpowiedzialnoscia|s r o|sro|spol s r o|spolecnost s rucenim omezenym|kft|korlatolt felelossegu tarsasag|uab|sia|ou|osauhing|srl|s r l|sarl|s a r l|societe a responsabilite limitee|societa a responsabilita limitata|societatea cu raspundere limitata|sociedad de responsabilidad limitada|sociedad limitada|s de r l|s l|sl|slu|s l u|lda|limitada|ltda|gmbh|g m b h|gesellschaft mit beschrankter haftung|gesellschaft mbh|gesmbh|ges m b h|ggmbh|mbh|m b h|ug|ug haftungsbeschrankt|unternehmergesellschaft|bv|b v|besloten vennootschap|bvba|b v b a|srls|sprl|aps|anpartsselskab|ehf|epe|gk|godo kaisha|wll|w l l|fz llc|fze|fzco|yk|yugen kaisha
llp|llp|l l p|limited liability partnership|lp|l p|limited partnership|partnership|kg|k g|kommanditgesellschaft|gmbh and co kg|gmbh co kg|gmbh and co|ag and co kg|cv|c v|commanditaire vennootschap|ks|sca|scs|snc|s n c|sas di|ohg|o h g|offene handelsgesellschaft|gbr|g b r|vof|v o f|ek|e k|e kfm|partg|partg mbb
ag|ag|a g|akg|aktiengesellschaft|aktiengeselschaft|sa|s a|societe anonyme|sociedad anonima|sociedade anonima|societa per azioni|spa|s p a|sas|s a s|sasu|societe par actions simplifiee|nv|n v|naamloze vennootschap|ab|a b|aktiebolag|aktiebolaget|abp|publ|as|a s|aksjeselskap|aktieselskab|asa|a s a|allmennaksjeselskap|oy|o y|oyj|osakeyhtio|julkinen osakeyhtio|hf|h f|ae|a e|anonymi etaireia|se|s e|societas europaea|sab de cv|s a b de c v|sa de cv|s a de c v|sociedad anonima de capital variable|kk|k k|kabushiki kaisha|kabushiki gaisha|ad|a d|akcionersko druzestvo|dd|d d|zrt|nyrt|rt|as|akciova spolecnost|a s|s a r l|spolka akcyjna|joint stock company|open joint stock company|closed joint stock company|public joint stock company|joint stock co|jsc|j s c|ojsc|cjsc|pjsc|oao|o a o|zao|z a o|pao|p a o|ao|aktsionernoe obshchestvo|aktsionerne tovaristvo|otkrytoe aktsionernoe obshchestvo|zakrytoe aktsionernoe obshchestvo|publichnoe aktsionernoe obshchestvo|pat|prat|at|anonim sirketi|limited sirketi|ltd sti|sti|sirketi|qsc|qpsc|saog|saoc|sae|s a e|sal|s a l
assoc|ev|e v|eingetragener verein|verein|eg|e g|eingetragene genossenschaft|genossenschaft|association|assn|asbl|vzw|stiftung|foundation|fondation|stichting|fundacion|fundacja|ano|nko|coop|cooperative|scrl|onlus|ngo
`;

const classes = new Map<string, string>();
/** Spellings by their first word, longest first. */
const byFirst = new Map<string, string[][]>();
for (const line of FORMS.trim().split("\n")) {
  const [name = "", ...spellings] = line.split("|");
  for (const spelling of spellings) {
    if (classes.has(spelling)) continue;
    classes.set(spelling, name);
    const parts = spelling.split(" ");
    const first = parts[0] as string;
    const list = byFirst.get(first);
    if (list === undefined) byFirst.set(first, [parts]);
    else list.push(parts);
  }
}
for (const list of byFirst.values()) list.sort((a, b) => b.length - a.length);

/** Short forms that are words of other languages too count only at the end of a name. */
const ONLY_LAST = new Set(
  "as a s at ad ae se sa s a sas sia ou lp l p co ek e k ev ab rt pat hf dd gk ks cv pc p c sl s l ag eg".split(
    " ",
  ),
);

export interface Company {
  /** What is left, never empty unless the text is. */
  readonly words: readonly string[];
  /** Classes of the forms that were taken off, sorted. */
  readonly forms: readonly string[];
}

/** A company's name without its legal forms, given as plain words. */
export function split(words: readonly string[]): Company {
  const kept: string[] = [];
  const forms = new Set<string>();
  for (let at = 0; at < words.length;) {
    const match = byFirst
      .get(words[at] as string)
      ?.find((parts) => parts.every((part, n) => words[at + n] === part));
    const spelling = match?.join(" ");
    const last = match !== undefined && at + match.length >= words.length - 1;
    const first = at === 0 && words.length > 1;
    if (
      match === undefined ||
      spelling === undefined ||
      (ONLY_LAST.has(spelling) && !last && !first)
    ) {
      kept.push(words[at] as string);
      at += 1;
      continue;
    }
    forms.add(classes.get(spelling) as string);
    at += match.length;
  }
  if (kept.length === 0) return { words, forms: [] };
  return { words: kept, forms: [...forms].sort() };
}
