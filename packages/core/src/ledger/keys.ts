import { DomainError } from "../error.ts";
import type { Key } from "./store.ts";

/**
 * The one place that knows how items are named. The kind comes first in `pk`, so that stream filters and hot spots can
 * be told apart. Layout and reasons: docs/data-model.md.
 */

const SHARDS = 16;
const WORKSPACE = /^[0-9A-Za-z_-]{1,64}$/;
const CURSOR = "CURSOR#";
/** API Gateway's are base64. */
const CONNECTION = /^[0-9A-Za-z_=+/-]{1,128}$/;
const NAME = /^[0-9A-Za-z_.-]{1,128}$/;

/** Rejects names that could reach into another partition. What is not a workspace id is nobody's workspace. */
function scope(workspace: string): string {
  if (!WORKSPACE.test(workspace)) throw new DomainError("not-found", "There is no such workspace.");
  return workspace;
}

function name(text: string): string {
  if (!NAME.test(text)) throw new DomainError("malformed", `"${text.slice(0, 40)}" is not an id.`);
  return text;
}

/** 12 digits: sorts as text the way it counts. */
export function seqToText(seq: number): string {
  return String(seq).padStart(12, "0");
}

export function log(workspace: string): string {
  return `LOG#${scope(workspace)}`;
}

export function head(workspace: string, seq: number): Key {
  return { pk: log(workspace), sk: seqToText(seq) };
}

export function seqOfHead(key: Key): number {
  return Number(key.sk);
}

/** `n` is a part number, or a name for what the writer added to an upload. Neighbours land in different partitions. */
export function part(
  workspace: string,
  changeset: string,
  attempt: string,
  n: number | string,
): Key {
  const shard = (letterSum(attempt) + (typeof n === "number" ? n : letterSum(n))) % SHARDS;
  return {
    pk: `BODY#${scope(workspace)}#${shard}`,
    sk: `${name(changeset)}#${name(attempt)}#${n}`,
  };
}

/** Every partition that may hold parts of this attempt, with the prefix of their sort keys. */
export function attemptParts(
  workspace: string,
  changeset: string,
  attempt: string,
): { pk: string; prefix: string }[] {
  const prefix = `${name(changeset)}#${name(attempt)}#`;
  return Array.from({ length: SHARDS }, (_, shard) => ({
    pk: `BODY#${scope(workspace)}#${shard}`,
    prefix,
  }));
}

export function intents(workspace: string): string {
  return `INTENT#${scope(workspace)}`;
}

export function intent(workspace: string, changeset: string, attempt: string): Key {
  return { pk: intents(workspace), sk: `${name(changeset)}#${name(attempt)}` };
}

export function intentOf(key: Key): { changeset: string; attempt: string } {
  const [changeset = "", attempt = ""] = key.sk.split("#");
  return { changeset, attempt };
}

export function id(workspace: string, changeset: string): Key {
  return { pk: `ID#${scope(workspace)}`, sk: name(changeset) };
}

export function manifest(workspace: string): Key {
  return { pk: `WS#${scope(workspace)}`, sk: "SNAPSHOT" };
}

export function page(workspace: string, sheet: string, hash: string): Key {
  return {
    pk: `PAGE#${scope(workspace)}#${letterSum(name(hash)) % SHARDS}`,
    sk: `${sheet}#${hash}`,
  };
}

/** Every partition of a workspace's pages. */
export function pagePartitions(workspace: string): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => `PAGE#${scope(workspace)}#${shard}`);
}

export function pageOf(key: Key): { sheet: string; hash: string } {
  const split = key.sk.lastIndexOf("#");
  return { sheet: key.sk.slice(0, split), hash: key.sk.slice(split + 1) };
}

export function cursor(workspace: string, reactor: string): Key {
  return { pk: `WS#${scope(workspace)}`, sk: `${CURSOR}${name(reactor)}` };
}

/** Where the cursors of all reactors of a workspace are. */
export function cursors(workspace: string): { pk: string; prefix: string } {
  return { pk: `WS#${scope(workspace)}`, prefix: CURSOR };
}

export function reactorOf(key: Key): string {
  return key.sk.slice(CURSOR.length);
}

/** One effect of one rule on one record; the epoch keeps a restored workspace from repeating or skipping effects. */
export function effect(
  workspace: string,
  at: { epoch: string; reactor: string; seq: number; rule: string; record: string },
): Key {
  return {
    pk: `EFFECT#${scope(workspace)}`,
    sk: `${at.epoch}:${at.reactor}:${seqToText(at.seq)}:${at.rule}:${at.record}`,
  };
}

/** Whose log a head belongs to; `undefined` for other items. */
export function workspaceOfHead({ pk, sk }: Key): string | undefined {
  const [kind, workspace = "", ...more] = pk.split("#");
  const isHead = kind === "LOG" && more.length === 0 && /^\d{12}$/.test(sk);
  return isHead && WORKSPACE.test(workspace) ? workspace : undefined;
}

/** Everybody connected to a workspace. */
export function connections(workspace: string): string {
  return `LIVE#${scope(workspace)}`;
}

export function connection(workspace: string, id: string): Key {
  return { pk: connections(workspace), sk: connectionName(id) };
}

/** Which workspace a connection is in. No workspace has a "#" in its id, so this is nobody's partition. */
export function connectionOwner(id: string): Key {
  return { pk: `LIVE##${connectionName(id)}`, sk: "CONNECTION" };
}

/** When people in a workspace are told next where the others are. */
export function presence(workspace: string): Key {
  return { pk: `LIVE#${scope(workspace)}#`, sk: "PRESENCE" };
}

function connectionName(id: string): string {
  if (!CONNECTION.test(id)) throw new DomainError("not-found", "There is no such connection.");
  return id;
}

function letterSum(text: string): number {
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) sum += text.charCodeAt(index);
  return sum;
}
