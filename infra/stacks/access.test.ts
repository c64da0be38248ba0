import { beforeAll, describe, expect, it } from "vitest";
import { allows, statementsOf } from "../testing/policy.ts";
import type { Synthesis } from "../synthesis.ts";
import { hasTools, synthesize } from "../testing/synthesis.ts";

const NAMES = ["Api", "Live", "React", "Tick"] as const;

describe.skipIf(!hasTools)("access", () => {
  let production: Synthesis;
  beforeAll(async () => {
    production = await synthesize("production");
  });
  const may = (name: string, action: string, ...keys: string[]) =>
    allows(statementsOf(production.app, name), `dynamodb:${action}`, keys);
  const who = (action: string, ...keys: string[]) =>
    NAMES.filter((name) => may(name, action, ...keys));

  it("lets nobody scan, update or reach around the ledger", () => {
    for (const action of ["Scan", "UpdateItem", "PartiQLSelect", "DeleteTable", "UpdateTable"])
      expect([action, who(action)]).toEqual([action, []]);
  });

  it("lets api alone append to the log, and nobody delete from it", () => {
    expect(who("PutItem", "LOG#w")).toEqual(["Api"]);
    expect(who("DeleteItem", "LOG#w")).toEqual([]);
    expect(who("BatchWriteItem", "LOG#w")).toEqual([]);
    // Not among others either.
    expect(who("BatchWriteItem", "BODY#w#1", "LOG#w")).toEqual([]);
    expect(who("Query", "LOG#w")).toEqual([...NAMES]);
  });

  it("lets api and tick alone remove uploaded parts", () => {
    expect(who("BatchWriteItem", "BODY#w#1", "BODY#w#2")).toEqual(["Api", "Tick"]);
    expect(who("DeleteItem", "INTENT#w")).toEqual(["Api", "Tick"]);
  });

  it("lets those write snapshots who make them", () => {
    expect(who("BatchWriteItem", "PAGE#w#1")).toEqual(["React", "Tick"]);
    expect(who("DeleteItem", "WS#w")).toEqual(["React", "Tick"]);
    // The first manifest is put by whoever creates the workspace.
    expect(who("PutItem", "WS#w")).toEqual(["Api", "React", "Tick"]);
    expect(who("BatchWriteItem", "ID#w")).toEqual(["React", "Tick"]);
  });

  it("keeps accounts from those who need none", () => {
    expect(who("PutItem", "AUTH#user")).toEqual(["Api", "Live"]);
    expect(who("BatchWriteItem", "AUTH#member#u", "AUTH#workspaces")).toContain("React");
  });

  it("lets tick remember how far it has come, react nothing of the kind", () => {
    expect(who("PutItem", "AUTH#tick")).toContain("Tick");
    expect(who("PutItem", "AUTH#tick")).not.toContain("React");
  });

  it("keeps live connections from api", () => {
    expect(who("Query", "LIVE#w")).toEqual(["Live", "React", "Tick"]);
    expect(who("DeleteItem", "LIVE#w")).toEqual(["Live", "React", "Tick"]);
  });

  it("names the one parameter, the one queue, the one stage of connections", () => {
    const others = (name: string) =>
      statementsOf(production.app, name)
        .flatMap(({ Action }) => Action)
        .filter((action) => !action.startsWith("dynamodb:") && !action.startsWith("logs:"))
        .toSorted();
    const objects = [
      "s3:AbortMultipartUpload",
      "s3:DeleteObject",
      "s3:GetObject",
      "s3:ListBucket",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ];
    expect(others("Api")).toEqual([...objects, "ssm:GetParameter"]);
    expect(others("Live")).toEqual(["execute-api:ManageConnections", "ssm:GetParameter"]);
    expect(others("React")).toEqual([
      "execute-api:ManageConnections",
      // What was given up on: Lambda sends it as the function.
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
      "sqs:SendMessage",
    ]);
    expect(others("Tick")).toEqual(["sqs:DeleteMessage", "sqs:ReceiveMessage"]);
    const parameter = statementsOf(production.app, "Api").find(
      ({ Action }) => Action === "ssm:GetParameter",
    );
    expect(JSON.stringify(parameter?.Resource)).toContain(
      ":ssm:us-east-1:123456789012:parameter/gridfolk/production/secret",
    );
  });

  it("gives no action by wildcard, and every resource but the list of streams by name", () => {
    for (const name of NAMES) {
      for (const { Action, Resource, Effect } of statementsOf(production.app, name)) {
        expect(Effect).toBe("Allow");
        expect([Action].flat().join(" ")).not.toContain("*");
        if ([Resource].flat().includes("*")) expect(Action).toBe("dynamodb:ListStreams");
      }
    }
  });
});
