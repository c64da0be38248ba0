/**
 * Which function may do what with which items of the table, by how their partition keys begin (docs/data-model.md). The stacks make
 * the roles of it (`infra/stacks/access.ts`), the tests hold the functions to it. Whoever gives an item a new kind of key says here who
 * reads and writes it.
 *
 * Nobody may scan or update, and nobody may delete from the log.
 */
export interface TableAccess {
  readonly read: readonly Kind[];
  /** Put one by one, never deleted. */
  readonly append: readonly Kind[];
  /** Put and deleted, also in batches: DynamoDB cannot tell puts from deletes there. */
  readonly write: readonly Kind[];
}

export type Kind =
  | "LOG#"
  | "BODY#"
  | "INTENT#"
  | "ID#"
  | "WS#"
  | "PAGE#"
  | "EFFECT#"
  | "AUTH#"
  /** Who is in which workspace, and which workspaces there are: made from the logs. */
  | "AUTH#member#"
  | "AUTH#workspaces"
  /** How far the hourly round has come. */
  | "AUTH#tick"
  | "LIVE#";

/** What a snapshot is read from. */
const WORKBOOK = ["LOG#", "BODY#", "ID#", "WS#", "PAGE#"] as const;
/** What following the log leaves behind. */
const FOLLOWED = ["ID#", "WS#", "PAGE#", "EFFECT#", "AUTH#member#", "AUTH#workspaces"] as const;

export const TABLE_ACCESS = {
  api: {
    read: [...WORKBOOK, "INTENT#", "AUTH#"],
    // The first manifest of a workspace, which every later one replaces, is put by whoever creates it.
    append: ["LOG#", "WS#"],
    write: ["BODY#", "INTENT#", "AUTH#"],
  },
  live: { read: [...WORKBOOK, "AUTH#", "LIVE#"], append: [], write: ["AUTH#", "LIVE#"] },
  react: {
    read: [...WORKBOOK, "EFFECT#", "AUTH#", "LIVE#"],
    append: [],
    write: [...FOLLOWED, "LIVE#"],
  },
  tick: {
    read: [...WORKBOOK, "INTENT#", "EFFECT#", "AUTH#", "LIVE#"],
    append: [],
    write: [...FOLLOWED, "BODY#", "INTENT#", "AUTH#tick", "LIVE#"],
  },
} as const satisfies Readonly<Record<string, TableAccess>>;

/** The calls that each way of access is made of. */
export const TABLE_CALLS = {
  read: ["GetItem", "BatchGetItem", "Query"],
  append: ["PutItem"],
  write: ["PutItem", "DeleteItem", "BatchWriteItem"],
} as const satisfies Readonly<Record<keyof TableAccess, readonly string[]>>;
