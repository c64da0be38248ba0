import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import { registry } from "@gridfolk/core/field/registry";
import { createLedger } from "@gridfolk/core/ledger/create-ledger";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import { nodePlatform as platform } from "@gridfolk/functions/platform";
import { S3_CREDENTIALS } from "@gridfolk/functions/testing/credentials";
import { afterAll, expect, inject, test } from "vitest";
import { type Office, openOffice } from "./office.ts";
import { Page } from "./page.ts";
import { runDay } from "./script.ts";

const undo: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const one of undo.toReversed()) await one();
});

/** Where each changeset of the log is. */
async function placesOf(office: Office, engine: string): Promise<Map<string, number[]>> {
  const client = connect({ endpoint: engine, credentials: S3_CREDENTIALS });
  const store = createDynamoStore({ client, tableName: office.tableName, platform });
  const { log } = createLedger({ store, platform, registry });
  const { seq } = await log.end(office.workspace);
  const places = new Map<string, number[]>();
  for await (const head of log.heads(office.workspace, 1, seq))
    for (const { id } of head.changesets) places.set(id, [...(places.get(id) ?? []), head.seq]);
  client.close();
  return places;
}

test("a day of three people is counted by service, and every edit is there once and on every page", async () => {
  const machine = inject("machine");
  const office = await openOffice(machine, 3, (one) => undo.push(one));
  const early = await Page.open(office.people[0]!);
  const csv = new TextEncoder().encode(contactsCsv(40, 1));
  await early.reaches(await early.import(csv, "first.csv"));
  await early.disconnect();

  const work = { edits: 6, imports: 1, importRows: 20, reports: 2, looks: 3, looking: 2 };
  const { count, landed, seq, pages } = await runDay(office, work);

  expect(new Set(landed).size).toBe(6);
  const places = await placesOf(office, machine.engine);
  for (const id of landed) expect(places.get(id)).toHaveLength(1);
  for (const page of pages) {
    await page.refresh();
    expect(page.workbook.seq).toBe(seq);
  }
  const { usage, functions } = count;
  for (const name of [
    "dynamodbReadUnit",
    "dynamodbWriteUnit",
    "lambdaCompute",
    "webSocketMessage",
    "cloudFrontOut",
    "cloudFrontToOrigin",
    "logsIngest",
  ] as const)
    expect({ [name]: usage[name] }).toEqual({ [name]: expect.toSatisfy((n: number) => n > 0) });
  // Of each of three: session, manifest, changes twice; then the work, one request each, and five of the import.
  expect(usage.httpApiRequest).toBeGreaterThan(3 * 4 + 6 + 2 + 5);
  expect(usage.httpApiRequest).toBe(usage.cloudFrontFunction);
  expect(usage.lambdaRequest).toBe(
    functions.api.invocations + functions.live.invocations + functions.react.invocations,
  );
  expect(functions.api.invocations).toBe(usage.httpApiRequest);
  // An edit puts its head and where its broadcast is.
  expect(usage.dynamodbWriteUnit).toBeGreaterThanOrEqual(6 * 2);
  // What a function does costs time, processor and waiting, and is not taken from the clock of a busy machine.
  for (const name of ["api", "live", "react"] as const)
    expect(functions[name].ms).toBeGreaterThan(functions[name].invocations * 8);
  // At least one broadcast of each edit, to whoever made it.
  expect(usage.webSocketMessage).toBeGreaterThan(6);
}, 60_000);
