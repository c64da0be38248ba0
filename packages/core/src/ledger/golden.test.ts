import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nodePlatform } from "../testing/platform.ts";
import * as Codec from "./codec.ts";
import type { Operation } from "./operation.ts";
import * as Page from "./page.ts";
import * as Patch from "./patch.ts";
import * as Workbook from "./workbook.ts";

const { bytes } = nodePlatform;

interface Golden {
  readonly state: string;
  readonly snapshot: {
    readonly seq: number;
    readonly hash: string;
    readonly pages: readonly { readonly hash: string; readonly bytes: string }[];
  };
  readonly heads: readonly {
    readonly seq: number;
    readonly at: number;
    readonly hash: string;
    readonly actor: string;
    readonly id: string;
    readonly body?: string;
    readonly parts?: readonly string[];
    readonly patch?: string;
  }[];
}

const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

async function operationsOf(head: Golden["heads"][number]): Promise<readonly Operation[]> {
  if (head.body !== undefined) return Codec.unpack(head.body, "log");
  const parts = (head.parts ?? []).map((part) => Codec.decodePart(fromBase64(part), bytes, "log"));
  const stored = Codec.join(await Promise.all(parts), "log");
  return Patch.apply(
    stored,
    head.patch === undefined ? undefined : Patch.decode(head.patch, "log"),
  );
}

async function fold(workbook: Workbook.Workbook, heads: Golden["heads"]): Promise<string> {
  for (const head of heads) {
    const { seq, at, hash, id, actor } = head;
    const answer = {
      seq,
      changeset: id,
      created: 0,
      changed: 0,
      deleted: 0,
      restored: 0,
      refused: [],
    };
    const changeset = {
      id,
      base: seq - 1,
      actor,
      source: "grid",
      label: "",
      seq,
      at,
      answer,
    } as const;
    const operations = await operationsOf(head);
    Workbook.apply(workbook, { seq, at, hash, changesets: [{ ...changeset, operations }] });
  }
  return bytes.sha256(bytes.encode(Workbook.canonical(workbook)));
}

describe.each([1])("a log of format %i", (format) => {
  const url = new URL(`../../testdata/log-format-${format}.json`, import.meta.url);
  const golden = JSON.parse(readFileSync(url, "utf8")) as Golden;

  it("leads to the state it always led to", async () => {
    expect(await fold(Workbook.empty("w", "e"), golden.heads)).toBe(golden.state);
  });

  it("leads to it from its snapshot as well", async () => {
    const { seq, hash, pages } = golden.snapshot;
    const workbook = Workbook.empty("w", "e");
    for (const page of pages) {
      Page.load(workbook, await Page.openPage(fromBase64(page.bytes), page.hash, bytes));
    }
    workbook.seq = seq;
    workbook.hash = hash;
    expect(await fold(workbook, golden.heads.slice(seq))).toBe(golden.state);
  });
});
