import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { losses } from "./keep.ts";
import { resources, type Template } from "./template.ts";
import { hasTools, ROOT, synthesize } from "./testing/synthesis.ts";

/** The data stack as the first release deploys it. What is added later must go on top of it. */
const RELEASED = join(ROOT, "infra/testdata/production-data.template.json");

describe("data of production", () => {
  const released = () => JSON.parse(readFileSync(RELEASED, "utf8")) as Template;
  const idOf = (type: string) => resources(released(), type)[0]?.[0] as string;
  const table = () => idOf("AWS::DynamoDB::Table");
  const files = () => idOf("AWS::S3::Bucket");

  it("is what the table and the bucket of files hold", () => {
    expect(table()).toMatch(/^Table/);
    expect(files()).toMatch(/^Files/);
    expect(losses(released(), released())).toEqual([]);
  });

  const without = (id: string): Template => {
    const { [id]: _, ...Resources } = released().Resources;
    return { Resources };
  };
  const changed = (id: string, change: object): Template => {
    const { Resources } = released();
    return { Resources: { ...Resources, [id]: { ...Resources[id], ...change } } as never };
  };
  const set = (id: string, properties: object): Template =>
    changed(id, { Properties: { ...released().Resources[id]?.Properties, ...properties } });
  const hash = [{ AttributeName: "id", KeyType: "HASH" }];

  it.each<[string, () => Template, RegExp]>([
    ["the table goes", () => without(table()), /Table \w+ is gone/],
    ["the bucket goes", () => without(files()), /Bucket \w+ is gone/],
    [
      "the table gets another id",
      () => ({
        Resources: {
          ...without(table()).Resources,
          Other: released().Resources[table()],
        } as never,
      }),
      /Table \w+ is gone/,
    ],
    [
      "the table becomes another type",
      () => changed(table(), { Type: "AWS::DynamoDB::GlobalTable" }),
      /became/,
    ],
    [
      "the key changes",
      () => set(table(), { KeySchema: hash }),
      /KeySchema changed: it would be replaced/,
    ],
    ["the table is named", () => set(table(), { TableName: "gridfolk" }), /TableName changed/],
    ["the bucket is named", () => set(files(), { BucketName: "gridfolk" }), /BucketName changed/],
    [
      "the table may be deleted",
      () => changed(table(), { DeletionPolicy: "Delete" }),
      /DeletionPolicy is Delete/,
    ],
    [
      "a replaced table is deleted",
      () => changed(table(), { UpdateReplacePolicy: undefined }),
      /UpdateReplacePolicy is not set/,
    ],
    [
      "deletion protection is off",
      () => set(table(), { DeletionProtectionEnabled: false }),
      /DeletionProtectionEnabled/,
    ],
    [
      "recovery is off",
      () =>
        set(table(), { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } }),
      /PointInTimeRecovery/,
    ],
    ["versions are off", () => set(files(), { VersioningConfiguration: undefined }), /Versioning/],
    [
      "expiry removes files",
      () => set(files(), { LifecycleConfiguration: { Rules: [{ ExpirationInDays: 1 }] } }),
      /Lifecycle/,
    ],
  ])("is missed when %s", (_, next, message) => {
    expect(losses(released(), next())).toContainEqual(expect.stringMatching(message));
  });

  describe.skipIf(!hasTools)("as it would be deployed now", () => {
    let next: Template;
    beforeAll(async () => {
      ({ data: next } = await synthesize("production"));
      if (process.env["GRIDFOLK_RELEASE_DATA"] === "write")
        writeFileSync(RELEASED, `${JSON.stringify(next, undefined, 2)}\n`);
    });

    it("stays: nothing that holds it is lost, replaced or less safe", () => {
      expect(losses(released(), next)).toEqual([]);
    });
  });
});
