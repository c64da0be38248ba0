import { DomainError } from "../error.ts";
import { rows, value, type Table, type Workbook } from "../ledger/workbook.ts";

/** What a member may do. Kept as the name of a choice in the `_members` sheet. */
export type Role = "owner" | "admin" | "member" | "viewer";

export const ROLES: readonly Role[] = ["owner", "admin", "member", "viewer"];

/** Everything access is asked for. */
export type Action =
  | "read"
  | "export"
  /** Create, change, delete and restore records; undo, import. */
  | "write"
  /** Add, change, delete and restore sheets and fields. */
  | "design"
  /** The workspace's name, locale, zone, currency. */
  | "settings"
  /** Invite, remove, change roles below owner. */
  | "members"
  /** Make and unmake owners, one-time reset links. */
  | "owners"
  | "leave";

const ALLOWED: { readonly [role in Role]: ReadonlySet<Action> } = {
  owner: new Set(["read", "export", "write", "design", "settings", "members", "owners", "leave"]),
  admin: new Set(["read", "export", "write", "design", "settings", "members", "leave"]),
  member: new Set(["read", "export", "write", "design", "leave"]),
  viewer: new Set(["read", "export", "leave"]),
};

const WORDS: { readonly [action in Action]: string } = {
  read: "look at this workspace",
  export: "export",
  write: "change records",
  design: "change sheets and columns",
  settings: "change the workspace's settings",
  members: "invite and manage members",
  owners: "manage owners",
  leave: "leave",
};

export function isRole(text: unknown): text is Role {
  return ROLES.includes(text as Role);
}

export function can(role: Role, action: Action): boolean {
  return ALLOWED[role].has(action);
}

/** DomainError "forbidden" when the role does not allow the action. */
export function demand(role: Role, action: Action): void {
  if (!can(role, action)) {
    throw new DomainError("forbidden", `Your role (${role}) does not let you ${WORDS[action]}.`);
  }
}

export interface Member {
  /** Of the `_members` record. */
  readonly record: string;
  readonly user: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** False for people who left or were removed: they keep their name in histories. */
  readonly active: boolean;
}

/** All members ever, in the order they joined; those who left are not `active`. */
export function membersOf(workbook: Workbook): readonly Member[] {
  const table = workbook.sheets.get("_members");
  if (table === undefined) return [];
  return rows(table)
    .map((row) => memberAt(table, row))
    .filter((member) => member !== undefined);
}

function memberAt(table: Table, row: number): Member | undefined {
  const text = (key: string): string => {
    const cell = value(table, row, key);
    return typeof cell === "string" ? cell : "";
  };
  const role = value(table, row, "role");
  const user = text("user");
  if (!isRole(role) || user === "") return undefined;
  return {
    record: table.ids[row] ?? "",
    user,
    name: text("name"),
    email: text("email"),
    role,
    active: value(table, row, "active") === true,
  };
}

/** The role of an active member; `undefined` for everybody else. */
export function roleOf(workbook: Workbook, user: string): Role | undefined {
  return membersOf(workbook).find((member) => member.user === user && member.active)?.role;
}

/** Whether this is the only active owner: they cannot leave, be removed or lose the role. */
export function isLastOwner(workbook: Workbook, user: string): boolean {
  const owners = membersOf(workbook).filter((member) => member.active && member.role === "owner");
  return owners.length === 1 && owners[0]?.user === user;
}
