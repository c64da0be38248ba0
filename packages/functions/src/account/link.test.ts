import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import { expect, test } from "vitest";
import { nodePlatform } from "../platform.ts";
import * as Link from "./link.ts";

const secret = "a secret of at least thirty-two letters";

function deps() {
  return { store: createMemoryStore(), platform: nodePlatform, secret };
}

test("open answers what sign signed", async () => {
  const link = Link.newLink("Ada@Example.com", Date.now());
  expect(await Link.open(deps(), Link.sign(secret, link))).toEqual(link);
  expect(link.email).toBe("ada@example.com");
});

test("open refuses what is forged, expired or no token at all", async () => {
  const link = Link.newLink("ada@example.com", Date.now());
  const other = Link.sign("another secret of more than 32 letters", link);
  const late = Link.sign(secret, { ...link, expires: Date.now() - 1 });
  const [body] = Link.sign(secret, link).split(".");
  for (const token of [other, late, `${body}.`, body ?? "", "", "a.b", "..", "😀.😀"]) {
    await expect(Link.open(deps(), token)).rejects.toMatchObject({ code: "not-found" });
  }
});

test("use works once, also when two try at the same time", async () => {
  const on = deps();
  const link = Link.newLink("ada@example.com", Date.now());
  const tries = await Promise.allSettled([Link.use(on, link), Link.use(on, link)]);
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  await expect(Link.open(on, Link.sign(secret, link))).rejects.toMatchObject({ code: "not-found" });
});

test("the operator's program makes links that open", async () => {
  const script = fileURLToPath(new URL("../../reset-password.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [script, "Ada@example.com", "--json"],
    {
      env: { PATH: process.env["PATH"], AUTH_SECRET: secret, DATA_DIR: "/nowhere" },
    },
  );
  const { link } = JSON.parse(stdout) as { link: string };
  const opened = await Link.open(deps(), link.split("/reset/")[1] ?? "");
  expect(opened.email).toBe("ada@example.com");
});
