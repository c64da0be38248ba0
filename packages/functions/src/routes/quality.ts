import type { Workbook } from "@gridfolk/core/ledger/workbook";
import { assess } from "@gridfolk/core/quality/assess";
import { digest } from "@gridfolk/core/quality/digest";
import { settingsOf } from "@gridfolk/core/sheet/settings";
import { Hono } from "hono";
import * as v from "valibot";
import type { AppEnv } from "../http/context.ts";
import { operation } from "../http/operation.ts";
import { ask } from "../http/workspace.ts";
import { workbookAt } from "../past.ts";

const WEEK_MS = 7 * 86_400_000;

const FindingSchema = v.object({
  aspect: v.string(),
  field: v.nullable(v.string()),
  words: v.string(),
  why: v.nullable(v.string()),
  records: v.pipe(v.number(), v.description("How many it concerns")),
});
const SheetSchema = v.object({
  sheet: v.string(),
  name: v.string(),
  score: v.pipe(v.nullable(v.number()), v.description("Of 100; null without records")),
  before: v.pipe(v.nullable(v.number()), v.description("A week ago; null where that is not known")),
  records: v.number(),
  whole: v.pipe(v.number(), v.description("Records with nothing to mend")),
  findings: v.array(FindingSchema),
});

/** What there is to mend, and as a letter: what a scheduler asks for once a week and sends on. */
export const quality = new Hono<AppEnv>().get(
  "/quality",
  operation({
    tag: "Data quality",
    summary: "How good the data is, with the weekly letter about it",
    description:
      "Every sheet with its score now and a week ago and what there is to mend. `digest` is the letter about it, for whoever sends it once a week (a mailer, a chat): null where there is no news. Reads the workspace as a whole.",
    answers: {
      200: {
        description: "Sheets and the letter",
        schema: v.object({
          sheets: v.array(SheetSchema),
          digest: v.nullable(v.object({ subject: v.string(), lines: v.array(v.string()) })),
        }),
      },
    },
  }),
  async (c) => {
    const { services, workspace } = c.var;
    const now = services.platform.clock.now();
    const { changesets } = await services.ledger.list(workspace, {
      limit: 1,
      before: undefined,
      from: undefined,
      to: now - WEEK_MS,
      match: () => true,
    });
    const seq = changesets[0]?.seq;
    const then = seq === undefined ? undefined : await workbookAt(services, workspace, seq);
    const before = new Map(
      then === undefined
        ? []
        : assessed(then.workbook, now - WEEK_MS).map(
            (one) => [one.sheet, one.assessment.score] as const,
          ),
    );
    const told = await ask(c, (workbook) => {
      const sheets = assessed(workbook, now).map((one) => ({
        ...one,
        before: before.get(one.sheet),
      }));
      return {
        sheets: sheets.map(({ sheet, name, assessment, before: was }) => ({
          sheet,
          name,
          score: assessment.score ?? null,
          before: was ?? null,
          records: assessment.records,
          whole: assessment.whole,
          findings: assessment.findings.map(({ aspect, field, words, why, rows }) => ({
            aspect,
            field: field ?? null,
            words,
            why: why ?? null,
            records: rows.length,
          })),
        })),
        digest: letter(digest(settingsOf(workbook).name, sheets)),
      };
    });
    return c.json(told);
  },
);

function assessed(workbook: Workbook, now: number) {
  return [...workbook.sheets.values()]
    .filter(({ sheet }) => sheet.system !== true && sheet.deleted !== true)
    .toSorted((a, b) => a.sheet.position - b.sheet.position)
    .map((table) => ({
      sheet: table.key,
      name: table.sheet.name,
      assessment: assess(table, now),
    }));
}

function letter(written: ReturnType<typeof digest>) {
  return written === undefined ? null : { subject: written.subject, lines: [...written.lines] };
}
