import * as v from "valibot";
import { DomainError } from "@gridfolk/core/error";
import { call } from "../data/api.ts";
import type { Workspace } from "../data/workspace.ts";

const Done = v.object({ label: v.string(), changeset: v.string() });

/** What this person did before is to be there when the server decides. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 50;

/** Asks the server to merge records of a sheet; see POST …/merge in the API. DomainErrors as told there. */
export async function sendMerge(
  workspace: Pick<Workspace, "id" | "status">,
  sheet: string,
  asked: object,
): Promise<{ readonly label: string; readonly changeset: string }> {
  const until = Date.now() + PATIENCE_MS;
  while (workspace.status().waiting > 0) {
    if (Date.now() > until) {
      throw new DomainError(
        "busy",
        "Your last changes are not on the server yet. Merge once they are saved.",
      );
    }
    // oxlint-disable-next-line no-await-in-loop -- that is what waiting is
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const path = `/api/workspaces/${encodeURIComponent(workspace.id)}/sheets/${encodeURIComponent(sheet)}/merge`;
  return v.parse(Done, await call("POST", path, asked));
}
