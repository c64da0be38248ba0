import type { Role } from "@gridfolk/core/access/role";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import type { Session } from "../account/session.ts";
import type { Services } from "../services.ts";

/** What a request carries from the middleware to its route. */
export interface AppEnv {
  Bindings: {
    /** The client's address as the server or gateway saw it. */
    readonly address?: string;
  };
  Variables: {
    requestId: string;
    services: Services;
    session: Session;
    workspace: string;
    /** Caught up with the log when the request came in. */
    workbook: Workbook;
    role: Role;
    /** For the log: the seq this request wrote. */
    seq?: number;
  };
}
