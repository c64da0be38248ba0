import * as v from "valibot";
import { DomainError } from "@gridfolk/core/error";
import type { Side } from "@gridfolk/core/merge/unmerge";
import { call } from "../data/api.ts";
import type { Workspace } from "../data/workspace.ts";

const Done = v.object({ label: v.string(), changeset: v.string() });

/** What this person did before is to be there when the server decides. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 50;

export interface Merged {
  readonly label: string;
  readonly changeset: string;
}

/** Asks the server to merge records of a sheet; see POST …/merge in the API. DomainErrors as told there. */
export function sendMerge(
  workspace: Pick<Workspace, "id" | "status">,
  sheet: string,
  asked: object,
): Promise<Merged> {
  return send(workspace, sheet, "merge", asked);
}

/** Asks the server to take a merge back; `edits` says who gets what was written since. */
export function sendUnmerge(
  workspace: Pick<Workspace, "id" | "status">,
  sheet: string,
  asked: { readonly merge: string; readonly edits: Side },
): Promise<Merged> {
  return send(workspace, sheet, "unmerge", asked);
}

async function send(
  workspace: Pick<Workspace, "id" | "status">,
  sheet: string,
  what: "merge" | "unmerge",
  asked: object,
): Promise<Merged> {
  const until = Date.now() + PATIENCE_MS;
  while (workspace.status().waiting > 0) {
    if (Date.now() > until) {
      throw new DomainError(
        "busy",
        "Your last changes are not on the server yet. Try it again once they are saved.",
      );
    }
    // oxlint-disable-next-line no-await-in-loop -- that is what waiting is
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const path = `/api/workspaces/${encodeURIComponent(workspace.id)}/sheets/${encodeURIComponent(sheet)}/${what}`;
  return v.parse(Done, await call("POST", path, asked));
}
