import { isDomainError } from "@gridfolk/core/error";
import * as Marker from "@gridfolk/core/export/marker";
import type { Mapping } from "@gridfolk/core/import/mapping";
import type * as RoundTrip from "@gridfolk/core/import/round-trip";
import * as Past from "@gridfolk/core/ledger/past";
import * as Replica from "@gridfolk/core/ledger/replica";
import { rewind } from "@gridfolk/core/ledger/rewind";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import { openCache } from "../../data/cache.ts";
import { createKept, textsOf } from "../../data/kept.ts";
import { loadWorkbook, remoteOf } from "../../data/load.ts";
import { browserPlatform } from "../../data/platform.ts";
import type { Progress, Source } from "../messages.ts";
import type { OpenedFile } from "./opened-file.ts";
import type { Planned } from "./planned.ts";
import type { Joined } from "@gridfolk/core/import/worksheets";

/** What the worker holds of one import; nothing else in it remembers anything. */
export interface Session {
  readonly source: Source;
  readonly report: (progress: Progress) => void;
  opened: OpenedFile;
  /** The workspace, once it was needed. */
  workbook?: Workbook | undefined;
  /** The worksheets that belong to the chosen one, once they were looked for. */
  together?: { readonly joined: Joined | undefined } | undefined;
  /** The workspace as it was when the file was exported from it. */
  base?: Then | undefined;
  /** What was proposed last, before anybody corrected it. */
  proposed?: Mapping | undefined;
  planned?: Planned | undefined;
}

export interface Then extends RoundTrip.Base {
  readonly at: number;
}

/** The file is read another way: what was found out from it is not so any more. */
export function take(session: Session, opened: OpenedFile): void {
  session.opened = opened;
  session.together = undefined;
  session.base = undefined;
  session.planned = undefined;
}

/** The workspace as the server has it now; what this browser keeps of it is not fetched again. */
export async function currentWorkbook(session: Session): Promise<Workbook> {
  const { workspace, user } = session.source;
  const remote = remoteOf(workspace);
  if (session.workbook === undefined) {
    const database = await openCache(user);
    try {
      session.workbook = await loadWorkbook(
        workspace,
        remote,
        createKept(textsOf(database, workspace)),
        browserPlatform,
        ({ done, of }) => session.report({ phase: "reading", done, of }),
      );
    } finally {
      database.close();
    }
  }
  try {
    await Replica.catchUp(
      session.workbook,
      {
        manifest: () => remote.manifest(),
        page: (reference) => remote.page(reference.hash),
        part: (changeset, attempt, n) => remote.part(changeset, attempt, n),
        changes: (after) => remote.changes(after),
      },
      browserPlatform.bytes,
    );
  } catch (error) {
    session.workbook = undefined;
    if (isDomainError(error, "reload")) return currentWorkbook(session);
    throw error;
  }
  return session.workbook;
}

/** The workspace when the file was exported; undefined when that is not kept, or was another workspace. */
export async function workspaceThen(
  { workspace }: Source,
  book: Workbook,
  { marker }: RoundTrip.Exported,
): Promise<Then | undefined> {
  if (marker.seq > book.seq) return undefined;
  const past = Past.begin(book);
  try {
    const { at, hash } = await rewind(past, marker.seq, remoteOf(workspace), browserPlatform.bytes);
    return Marker.isOf(marker, hash) ? { at, workbook: Past.finish(past) } : undefined;
  } catch (error) {
    if (isDomainError(error, "not-found") || isDomainError(error, "reload")) return undefined;
    throw error;
  }
}
