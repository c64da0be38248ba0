// What it costs that somebody watches: one person changes cells, one after the other, another one's browser is connected. From
// sending a change to its answer, and to hearing of it over the other's WebSocket; and what all of it writes.
import { once } from "node:events";
import * as Ids from "@gridfolk/core/ledger/ids";
import { nodePlatform } from "@gridfolk/functions/platform";
import { WebSocket } from "ws";
import type { Api } from "../packages/web/e2e/product.ts";
import { bench } from "./harness.ts";
import { makeWorkspace, setCell, startServer } from "./server.ts";

await bench("live", async (run) => {
  const { report, option } = run;
  const samples = option("samples", 500);
  const { api } = await startServer(run);
  const { answered, told } = await edits(api, samples);
  report({
    work: "a cell changed, acknowledged, somebody else connected",
    unit: "ms",
    samples: answered,
  });
  report({ work: "a cell changed, told to the other one", unit: "ms", samples: told });
  report({ work: "the same", unit: "ms", samples: told, statistic: "p95" });

  let lines = "";
  const logging = await startServer(run, {
    env: { LOG: "requests" },
    onOutput: (text) => (lines += text),
  });
  await edits(logging.api, samples, () => {
    lines = "";
  });
  const work = lines
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map(
      (line) => JSON.parse(line) as { writeUnits?: number; changeset?: string; reactor?: string },
    );
  const units = (of: typeof work): number =>
    of.reduce((sum, { writeUnits = 0 }) => sum + writeUnits, 0) / samples;
  report({
    work: "write units of a cell, with all that follows it",
    unit: "units",
    samples: [units(work)],
    note: `of which the change itself ${units(work.filter(({ changeset }) => changeset !== undefined))}`,
  });
});

/** `begun` is called when everything is there and only the edits are left to do. */
async function edits(api: Api, count: number, begun: () => void = () => {}) {
  const workspace = await makeWorkspace(api);
  const { ticket } = await api.call<{ ticket: string }>(
    "POST",
    `/api/workspaces/${workspace}/live-ticket`,
    {},
  );
  const address = `${api.url.replace("http", "ws")}/live?workspace=${workspace}&ticket=${ticket}`;
  const socket = new WebSocket(address);
  const heardAt = new Map<number, number>();
  socket.on("message", (data) => {
    const now = performance.now();
    const message = JSON.parse((data as Buffer).toString()) as {
      type: string;
      from: number;
      to: number;
    };
    if (message.type !== "changes") return;
    for (let seq = message.from; seq <= message.to; seq += 1) heardAt.set(seq, now);
  });
  await once(socket, "open");
  const [id = ""] = Ids.recordIds(nodePlatform, 1);
  const body = {
    id: Ids.newId(nodePlatform),
    base: 1,
    label: "Made one",
    source: "grid",
    operations: [{ op: "create", sheet: "contacts", ids: [id], fields: { firstName: ["Ann"] } }],
  };
  let { seq: base } = await api.call<{ seq: number }>(
    "POST",
    `/api/workspaces/${workspace}/changesets`,
    body,
  );
  await nodePlatform.clock.sleep(1_500);
  begun();
  const sent = new Map<number, number>();
  const answered: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    const cell = { sheet: "contacts", id, field: "street", value: `${n} Main St`, base };
    const { ms, seq } = await setCell(api, workspace, cell);
    base = seq;
    answered.push(ms);
    sent.set(seq, start);
  }
  await nodePlatform.clock.sleep(500);
  socket.close();
  const told = [...sent].map(([seq, start]) => (heardAt.get(seq) ?? Number.NaN) - start);
  if (told.some(Number.isNaN)) throw new Error("Not every change was told.");
  return { answered, told };
}
