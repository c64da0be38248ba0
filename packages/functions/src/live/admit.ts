import * as Role from "@gridfolk/core/access/role";
import { isDomainError } from "@gridfolk/core/error";
import { credential } from "../account/session.ts";
import * as Ticket from "../account/ticket.ts";
import { isSameOrigin } from "../http/origin.ts";
import type { Services } from "../services.ts";

export interface AdmitDeps {
  readonly services: Pick<Services, "store" | "platform" | "ledger" | "sessions">;
  readonly publicUrl?: string | undefined;
}

/** Who may join which workspace. */
export interface Guest {
  readonly workspace: string;
  readonly user: string;
  readonly name: string;
}

/**
 * Who may open a WebSocket by this request, or the status that says why not: 401 without a session or a fresh ticket, 403 for
 * a cookie from another site, 404 for who is no member. The workspace's log says who is one.
 */
export async function admit(deps: AdmitDeps, request: Request): Promise<Guest | 401 | 403 | 404> {
  const workspace = new URL(request.url).searchParams.get("workspace") ?? "";
  const guest = await identify(deps, request, workspace);
  if (typeof guest === "number") return guest;
  try {
    const role = await deps.services.ledger.ask(workspace, (workbook) =>
      Role.roleOf(workbook, guest.user),
    );
    return role === undefined ? 404 : guest;
  } catch (error) {
    if (isDomainError(error, "not-found")) return 404;
    throw error;
  }
}

async function identify(
  { services, publicUrl }: AdmitDeps,
  request: Request,
  workspace: string,
): Promise<Guest | 401 | 403> {
  const ticket = new URL(request.url).searchParams.get("ticket");
  if (ticket !== null) {
    const holder = await Ticket.redeem(services, ticket);
    return holder?.workspace === workspace ? holder : 401;
  }
  const proof = credential(request);
  if (proof === undefined) return 401;
  // Browsers send cookies with WebSockets of any site.
  if (proof.via === "cookie" && !isSameOrigin(request, publicUrl)) return 403;
  const found = await services.sessions.find(proof);
  if (found === undefined) return 401;
  const { id, name } = found.session.user;
  return { workspace, user: id, name };
}
