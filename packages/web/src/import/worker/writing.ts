import { must } from "@gridfolk/core/assert";
import { DomainError, isDomainError } from "@gridfolk/core/error";
import * as History from "@gridfolk/core/import/history";
import * as Kept from "@gridfolk/core/import/kept";
import type { RefusedRow } from "@gridfolk/core/import/plan";
import { plansOf } from "@gridfolk/core/import/plans";
import { refusedCsv, refusedXlsx } from "@gridfolk/core/import/refused";
import { PartlySent, send, type Sent } from "@gridfolk/core/import/send";
import type { Refusal } from "@gridfolk/core/ledger/changeset";
import { newId } from "@gridfolk/core/ledger/ids";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import { call } from "../../data/api.ts";
import { browserPlatform } from "../../data/platform.ts";
import type { OpenUpload, Written } from "../messages.ts";
import { keepsakeOf } from "./keepsake.ts";
import { type Grouped, type Planned, refusedIn } from "./planned.ts";
import type { Session } from "./session.ts";
import { makeTransport } from "./transport.ts";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Writes the plan, once. `onUpload` hears what is open on the server meanwhile. */
export async function write(
  session: Session,
  onUpload: (upload: OpenUpload) => void,
): Promise<Written> {
  const { source, report } = session;
  const planned = must(session.planned);
  const workbook = must(session.workbook);
  const { plan, along } = planned;
  if (planned.written === true)
    throw new Error("This import was written already. Open the file again.");
  const { seq, epoch, hash } = workbook;
  const id = newId(browserPlatform);
  const total = plansOf(plan).reduce(
    (sum, { counts, deleted }) => sum + counts.created + counts.updated + (deleted?.length ?? 0),
    0,
  );
  report({ phase: "writing", done: 0, of: total });
  const packed = await packedFile(session.opened.bytes, workbook);
  const { sent, stopped } = await sentOrStopped(() =>
    send(
      plan,
      {
        import: id,
        file: source.name,
        base: { seq, epoch, hash },
        fields: History.prepare(workbook, plan, packed !== undefined),
        kept: packed !== undefined,
        onProgress: (done) =>
          report({ phase: done < total ? "writing" : "finishing", done, of: total }),
      },
      makeTransport(source.workspace, onUpload),
      browserPlatform,
    ),
  );
  const lateOf = (one: Grouped) =>
    lateRows(
      one,
      sent.refused.filter((refusal) => refusal.sheet === one.plan.sheet.key),
    );
  const ownLate = lateOf(planned);
  const late = [planned, ...along].flatMap((one) =>
    (one === planned ? ownLate : lateOf(one)).map((row) => ({ source: one.source, row })),
  );
  const done: Planned = {
    ...planned,
    written: true,
    sources: planned.sources.map(({ table, refused }, at) => ({
      table,
      refused: [...refused, ...late.flatMap(({ source: of, row }) => (of === at ? [row] : []))],
    })),
  };
  session.planned = done;
  return {
    import: id,
    changesets: sent.changesets,
    created: Math.max(0, plan.counts.created - ownLate.length),
    updated: plan.counts.updated,
    unchanged: plan.counts.unchanged,
    refused: refusedIn(done),
    refusedSheets: done.sources.filter(({ refused }) => refused.length > 0).length,
    late: sent.refused,
    keep:
      packed === undefined || stopped !== undefined
        ? "no"
        : await keep(source.workspace, id, packed),
    ...keepsakeOf(planned, session),
    ...(stopped === undefined ? {} : { stopped }),
  };
}

/** What was sent, also where it broke off between two changesets; a failure before the first rejects. */
async function sentOrStopped(
  sending: () => Promise<Sent>,
): Promise<{ readonly sent: Sent; readonly stopped?: string }> {
  try {
    return { sent: await sending() };
  } catch (error) {
    if (isDomainError(error, "reload")) {
      throw new DomainError(
        "reload",
        "This workspace was restored since it was compared with the file. Nothing was written: go back one step to compare again.",
      );
    }
    if (!(error instanceof PartlySent)) throw error;
    const sent = {
      changesets: error.answers.map((answer) => answer.changeset),
      answers: error.answers,
      refused: error.answers.flatMap((answer) => answer.refused),
    };
    return { sent, stopped: error.message };
  }
}

/** The refused rows as a file with a reason column, which imports again; as CSV those of one worksheet. */
export function refusedFile(session: Session, format: "csv" | "xlsx"): Blob {
  const { sources } = must(session.planned);
  if (format === "csv") {
    const { table, refused } = sources.find((one) => one.refused.length > 0) ?? must(sources[0]);
    return new Blob([refusedCsv(table, refused)], { type: "text/csv;charset=utf-8" });
  }
  return new Blob([refusedXlsx(sources) as Uint8Array<ArrayBuffer>], { type: XLSX });
}

/** The file as it is kept, where the workspace wants that and it is not too large. */
async function packedFile(bytes: Uint8Array, workbook: Workbook): Promise<Uint8Array | undefined> {
  if (bytes.length > Kept.MOST_KEPT_BYTES || !Kept.keepsFiles(workbook)) return undefined;
  const packed = await browserPlatform.bytes.gzip(bytes);
  return packed.length > Kept.MOST_PACKED_BYTES ? undefined : packed;
}

/** The import stands whether that works or not. */
async function keep(workspace: string, id: string, packed: Uint8Array): Promise<"kept" | "failed"> {
  const path = `/api/workspaces/${encodeURIComponent(workspace)}/imports/${id}/file`;
  try {
    await call("PUT", path, packed);
    return "kept";
  } catch {
    return "failed";
  }
}

/** Rows that the server refused because of what somebody changed since the plan was made, as the file numbers them. */
function lateRows({ plan, rowOf }: Grouped, refusals: readonly Refusal[]): RefusedRow[] {
  if (refusals.length === 0) return [];
  const recordById = new Map(plan.ids.map((id, record) => [id, record]));
  const reasons = new Map(refusals.map((refusal) => [refusal.id, refusal.reason]));
  return [...reasons].flatMap(([id, reason]) => {
    const record = recordById.get(id);
    const row = record === undefined ? undefined : plan.rows[must(plan.matches.first[record])];
    return row === undefined ? [] : [{ row: rowOf(row), column: null, reason }];
  });
}
