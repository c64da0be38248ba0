import { must } from "@gridfolk/core/assert";
import { DomainError } from "@gridfolk/core/error";
import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import { findings } from "@gridfolk/core/import/health";
import type { ImportWorker, Progress, Request, Response } from "../messages.ts";
import { choose, complete, open, type OpenedFile, viewOf } from "./opened-file.ts";
import { planView } from "./plan-view.ts";
import { makePlan } from "./planned.ts";
import { previewRows } from "./preview-rows.ts";
import { propose } from "./proposal.ts";
import { type Session, take } from "./session.ts";
import { refusedFile, write } from "./writing.ts";

let held: Session | undefined;

const session = (): Session => must(held, "an opened file");

function taken(opened: OpenedFile) {
  take(session(), opened);
  return viewOf(opened);
}

const worker: ImportWorker = {
  async open(source) {
    // What is held of the file before makes room for this one.
    held = undefined;
    const opened = await open(source);
    held = { source, report, opened };
    return viewOf(opened);
  },

  async complete() {
    const { opened } = session();
    return taken(await complete(opened, (done, of) => report({ phase: "reading", done, of })));
  },

  async choose(choice) {
    return taken(choose(session().opened, choice));
  },

  propose: (wanted) => propose(session(), wanted),

  async plan(request) {
    const own = session();
    own.planned = await makePlan(own, request);
    return planView(own.planned, must(own.workbook), own);
  },

  async rows(sheet, group, from, count) {
    const { planned, workbook, source } = session();
    return previewRows(must(planned), must(workbook), source.locale, { sheet, group, from, count });
  },

  write: () => write(session(), (upload) => post({ upload })),

  async refused(format) {
    return refusedFile(session(), format);
  },

  async health() {
    const { opened, source } = session();
    await loadPhones();
    return findings(opened.table, opened.facts, source.locale, registry);
  },
};

let reported = 0;

/** At most some twenty times a second, and always the last. */
function report(progress: Progress): void {
  const now = performance.now();
  if (progress.done !== 0 && progress.done < progress.of && now - reported < 50) return;
  reported = now;
  post({ progress });
}

function post(response: Response): void {
  self.postMessage(response);
}

self.addEventListener("message", (event: MessageEvent<Request>) => {
  const { id, method, parameters } = event.data;
  // The page and this worker are built together: the method exists and the parameters are its own.
  const run = worker[method] as (...parameters: readonly unknown[]) => Promise<unknown>;
  run(...parameters).then(
    (result) => post({ id, result }),
    (error: unknown) =>
      post({
        id,
        error: {
          message: error instanceof Error ? error.message : String(error),
          ...(error instanceof DomainError ? { code: error.code } : {}),
        },
      }),
  );
});
