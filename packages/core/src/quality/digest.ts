import type { Assessment } from "./assess.ts";

/** What somebody gets once a week. Whoever sends it (a mailer, a chat) decides how it looks. */
export interface Digest {
  readonly subject: string;
  readonly lines: readonly string[];
}

/** A sheet as it is, and what its score was a week ago. */
export interface Assessed {
  readonly name: string;
  readonly assessment: Assessment;
  readonly before?: number | undefined;
  /** Records that seem to be there twice, where somebody looked. */
  readonly duplicates?: number | undefined;
}

const MOST_FINDINGS = 5;

/** The weekly letter about the quality of a workspace's data. Undefined when there is nothing to say: no records, or all whole as before. */
export function digest(workspace: string, sheets: readonly Assessed[]): Digest | undefined {
  const told = sheets.filter(({ assessment }) => assessment.score !== undefined);
  const isNews = told.some(
    ({ assessment: { score = 100 }, before, duplicates = 0 }) =>
      score < 100 || duplicates > 0 || (before !== undefined && before !== score),
  );
  if (!isNews) return undefined;
  const lines = told.flatMap(({ name, assessment, before, duplicates = 0 }) => {
    const { score = 0, records, whole, findings } = assessment;
    return [
      `${name}: ${score} of 100${changeWords(score, before)}. ${number(whole)} of ${number(records)} have nothing to mend.`,
      ...findings
        .slice(0, MOST_FINDINGS)
        .map(({ words, rows }) => `  ${number(rows.length)}: ${words}`),
      ...(findings.length > MOST_FINDINGS
        ? [`  and ${number(findings.length - MOST_FINDINGS)} more`]
        : []),
      ...(duplicates > 0 ? [`  ${number(duplicates)} seem to be there twice`] : []),
    ];
  });
  const worst = told.reduce(
    (least, { assessment: { score = 100 } }) => Math.min(least, score),
    100,
  );
  return { subject: `${workspace}: data quality ${worst} of 100`, lines };
}

function changeWords(score: number, before: number | undefined): string {
  if (before === undefined || before === score) return "";
  return score > before
    ? `, ${score - before} more than a week ago`
    : `, ${before - score} less than a week ago`;
}

function number(count: number): string {
  return count.toLocaleString("en");
}
