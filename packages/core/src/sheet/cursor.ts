import { DomainError } from "../error.ts";
import { isRecordId } from "../ledger/ids.ts";
import * as Base64 from "./base64.ts";
import type { SortValue } from "./sort.ts";

/**
 * Where a list goes on: behind the record it ended with, by what that record was sorted by then. So it stays where it is
 * whatever is edited meanwhile. A cursor belongs to one query.
 */
export interface Cursor {
  readonly id: string;
  /** Absent when they are too long to carry: then the record's values of the moment count. */
  readonly values?: readonly SortValue[];
}

const LONGEST = 1_000;

export function encode(cursor: Cursor, query: string): string {
  const values = JSON.stringify((cursor.values ?? []).map((value) => value ?? null));
  const body = `${cursor.id}${values.length > LONGEST ? "" : values}`;
  return Base64.encode(`${digest(`${query}\n${body}`)}${body}`);
}

/** DomainError "malformed" for what was not made for this query. */
export function decode(text: string, query: string, keys: number): Cursor {
  const body = text.length > 4 * LONGEST ? undefined : Base64.decode(text);
  const id = body?.slice(14, 30);
  const rest = body?.slice(30) ?? "";
  if (
    body === undefined ||
    !isRecordId(id) ||
    body.slice(0, 14) !== digest(`${query}\n${body.slice(14)}`)
  ) {
    throw refused();
  }
  if (rest === "") return { id };
  const values = parsed(rest);
  if (!Array.isArray(values) || values.length !== keys) throw refused();
  return { id, values: values.map((value: unknown) => (value ?? undefined) as SortValue) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(): DomainError {
  return new DomainError(
    "malformed",
    "The cursor does not belong to this list. Ask for the first page without a cursor.",
    { errors: [{ path: "cursor", message: "not a cursor of this list" }] },
  );
}

/** 14 hex digits that notice another query or a changed cursor. A cursor grants nothing, so this needs no secret. */
function digest(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return (b & 0xffffff).toString(16).padStart(6, "0") + (a >>> 0).toString(16).padStart(8, "0");
}
