import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId, recordIds } from "@gridfolk/core/ledger/ids";
import { repository } from "@gridfolk/core/testing/repository";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { nodePlatform } from "../platform.ts";
import { deployedApp } from "../testing/app.ts";
import { openLive } from "../testing/aws/browser.ts";
import { type Bundles, unpack, unpacked } from "../testing/aws/bundles.ts";

/**
 * Two releases on one table, as for some minutes while one replaces the other: the functions as built from the commit that
 * RELEASE_BEFORE names, and those of today. Run before a release; docs/operations.md says how.
 */

const WITHIN = { timeout: 30_000, interval: 50 };
const made: string[] = [];
let before: Bundles;

beforeAll(async () => {
  const commit = process.env["RELEASE_BEFORE"];
  if (commit === undefined) throw new Error("RELEASE_BEFORE names the commit to compare with.");
  const source = await mkdtemp(join(tmpdir(), "gridfolk-release-"));
  const built = await mkdtemp(join(tmpdir(), "gridfolk-built-"));
  made.push(source, built);
  const archive = execFileSync("git", ["archive", commit, "packages", "tsconfig.json"], {
    cwd: repository(),
    maxBuffer: 512 * 1024 * 1024,
  });
  execFileSync("tar", ["-x", "-C", source], { input: archive });
  // What it depends on is of today: the releases differ in their own code.
  for (const folder of ["node_modules", "packages/functions/node_modules"])
    await symlink(join(repository(), folder), join(source, folder));
  const script = join(source, "packages", "functions", "aws.mjs");
  execFileSync(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `import { buildFunctions } from ${JSON.stringify(script)}; await buildFunctions(undefined, ${JSON.stringify(built)});`,
    ],
    { cwd: source, stdio: "inherit" },
  );
  const place = await unpack(built);
  made.push(place);
  before = unpacked(place);
}, 120_000);

afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

test.each([
  ["the new one beside the old one", true],
  ["the old one beside the new one", false],
])(
  "%s: nothing is lost, nothing is there twice, everybody hears of it, and both read the same",
  async (_, isOldFirst) => {
    const today = unpacked(inject("machine").bundles);
    const [first, second] = isOldFirst ? [before, today] : [today, before];
    const app = deployedApp({}, { bundles: first, stream: { windowMs: 20 } });
    const ada = await app.signUp("Ada");
    const workspace = await app.workspace(ada);
    const deployment = await app.deployment();
    const others = [deployment.besides(second), deployment.besides(second, "react")];
    const { token } = ada;

    const { json } = await app.ask("POST", `${workspace}/live-ticket`, { token });
    const id = workspace.split("/").at(-1) ?? "";
    const socket = openLive(deployment.url, `workspace=${id}&ticket=${json.ticket}`);
    expect(await socket.opened).toBe(101);
    await expect.poll(() => socket.last("hello")?.type, WITHIN).toBe("hello");

    const ids = recordIds(nodePlatform, 200);
    const draft = (operations: unknown) => ({ id: newId(nodePlatform), base: 1, operations });
    const post = async (body: object) =>
      app.ask("POST", `${workspace}/changesets`, { token, json: body });
    const create = draft([
      {
        op: "create",
        sheet: "contacts",
        ids,
        fields: { firstName: ids.map((_, n) => `Person ${n}`) },
      },
    ]);
    expect((await post(create)).status).toBe(201);
    const bodies = Array.from({ length: 30 }, (_, n) =>
      draft([
        { op: "set", sheet: "contacts", ids: [ids[n]], fields: { firstName: [`Renamed ${n}`] } },
      ]),
    );
    for (const [n, body] of bodies.entries()) {
      expect((await post(body)).status).toBe(201);
      // An answer that got lost: the other release gives it again.
      if (n % 5 === 0) expect((await post(body)).status).toBe(201);
    }

    const wanted = Array.from({ length: 31 }, (_, n) => n + 2);
    await expect
      .poll(
        () => [...new Set(socket.seqs())].filter((seq) => seq > 1).sort((a, b) => a - b),
        WITHIN,
      )
      .toEqual(wanted);
    const { heads } = await app.services.ledger.changes(id, 0);
    expect(heads.map(({ seq }) => seq)).toEqual([1, ...wanted]);
    expect(heads.flatMap(({ changesets }) => changesets.map((each) => each.id)).slice(1)).toEqual(
      [create, ...bodies].map((body) => body.id),
    );
    const lists = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const list = await app.ask(
        "GET",
        `${workspace}/sheets/contacts/records?limit=200&sort=firstName`,
        { token },
      );
      expect(list.status).toBe(200);
      lists.push(JSON.stringify(list.json.records));
    }
    expect(new Set(lists).size).toBe(1);
    const { api, react } = deployment.functions;
    for (const one of [others[0], api]) expect(one?.invocations).toBeGreaterThan(10);
    for (const one of [others[1], react]) expect(one?.invocations).toBeGreaterThan(0);
  },
  90_000,
);
