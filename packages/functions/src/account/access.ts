import * as Role from "@gridfolk/core/access/role";
import { DomainError } from "@gridfolk/core/error";
import type { Draft } from "@gridfolk/core/ledger/changeset";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import { ownership } from "@gridfolk/core/view/access";

/**
 * Whether a draft's actor may do what it does, on exactly the workbook it is to land on. The ledger asks for every draft,
 * however it came. "not-found" for people who are no members, "forbidden" where the role is not enough. Drafts of the
 * system (a new workspace, an accepted invitation, a changed role) were checked by the route that made them.
 */
export function access(
  workbook: Workbook,
  draft: Pick<Draft, "actor" | "source" | "operations">,
): void {
  if (draft.source === "system") return;
  const role = Role.roleOf(workbook, draft.actor);
  if (role === undefined) throw notFound();
  for (const operation of draft.operations) {
    const whose = ownership(workbook, draft.actor, operation);
    if (whose === "foreign") {
      throw new DomainError("forbidden", "This view is private to somebody else.");
    }
    // Everybody keeps private views, whatever they may do with records.
    Role.demand(role, whose === "own" ? "read" : actionOf(operation));
    const sheet = sheetOf(operation);
    if (sheet === "_members") {
      throw new DomainError(
        "forbidden",
        "Members are not changed like other records. Use the settings of the workspace.",
      );
    }
    if (sheet === "_workspace") Role.demand(role, "settings");
  }
}

/** What is not there and what one may not see look the same. */
export function notFound(): DomainError {
  return new DomainError("not-found", "There is no such workspace.");
}

function actionOf({ op }: Operation): Role.Action {
  return op === "sheet" || op === "field" ? "design" : "write";
}

function sheetOf(operation: Operation): string {
  return operation.op === "sheet" ? operation.key : operation.sheet;
}
