import type { Role } from "@gridfolk/core/access/role";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import type { Session } from "../account/session.ts";
import type { Services } from "../services.ts";

/** What a request carries from the middleware to its route. */
export interface AppEnv {
  Bindings: {
    /** The client's address as the server or gateway saw it. */
    readonly address?: string;
    /** AWS's id of the invocation that this request is. */
    readonly invocation?: string;
    /** By then the request has to be answered: milliseconds since the Unix epoch. Absent: it may take its time. */
    readonly until?: number;
    /** The body came as text: what was no UTF-8 in it is U+FFFD by now. */
    readonly madeText?: boolean;
  };
  Variables: {
    requestId: string;
    services: Services;
    session: Session;
    workspace: string;
    /** The workbook, read while it is asked who asks; see `readAhead`. */
    ahead?: Promise<Workbook>;
    /**
     * Caught up with the log when the request came in. Its schema, members and settings can be read; who reads records asks the
     * ledger, which loads them.
     */
    workbook: Workbook;
    role: Role;
    /** For the log: what this request wrote. */
    wrote?: { readonly seq: number; readonly changeset: string };
  };
}
