import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaults, parse, read } from "./settings.ts";

describe("settings", () => {
  it("have defaults for all", () => {
    expect(defaults()).toEqual({
      budgetUsd: 20,
      signUp: "invite",
      priceClass: "100",
      apiMemoryMb: 1769,
      reactMemoryMb: 512,
      logDays: 30,
      log: "requests",
      metrics: "alarms",
      reserveConcurrency: true,
    });
  });

  it("are those of the stage, the others' left alone", () => {
    const text = JSON.stringify({
      production: {
        domain: {
          name: "crm.example.com",
          certificate: "arn:aws:acm:us-east-1:123456789012:certificate/0-1",
        },
        alarmEmail: "ops@example.com",
      },
      dev: { logDays: 1 },
    });
    expect(parse(text, "production")).toMatchObject({
      domain: { name: "crm.example.com" },
      alarmEmail: "ops@example.com",
      logDays: 30,
    });
    expect(parse(text, "dev")).toEqual({ ...defaults(), logDays: 1 });
    expect(parse(text, "other")).toEqual(defaults());
  });

  it.each([
    ["no JSON", "{", /infra\/settings\.json is no JSON/],
    ["an unknown name", `{"production":{"domian":{}}}`, /production\.domian/],
    [
      "a certificate elsewhere",
      `{"production":{"domain":{"name":"crm.example.com","certificate":"arn:aws:acm:eu-central-1:123456789012:certificate/0"}}}`,
      /production\.domain\.certificate: must be the ARN of a certificate in us-east-1/,
    ],
    [
      "an address as domain",
      `{"production":{"domain":{"name":"https://crm.example.com","certificate":"arn:aws:acm:us-east-1:123456789012:certificate/0"}}}`,
      /production\.domain\.name: must be a host name/,
    ],
    [
      "a domain without certificate",
      `{"production":{"domain":{"name":"crm.example.com"}}}`,
      /production\.domain\.certificate/,
    ],
    ["no e-mail address", `{"production":{"alarmEmail":"ops"}}`, /alarmEmail: must be an e-mail/],
    ["a retention CloudWatch does not know", `{"dev":{"logDays":2}}`, /dev\.logDays/],
    ["too little memory", `{"dev":{"apiMemoryMb":128}}`, /dev\.apiMemoryMb/],
    [
      "a restored table without its stream",
      `{"production":{"restored":{"table":"gridfolk"}}}`,
      /production\.restored\.stream/,
    ],
  ])("with %s are refused by name", (_, text, message) => {
    expect(() => parse(text, "production")).toThrow(message);
  });

  it("are read from the checkout, and need not be there", () => {
    const root = mkdtempSync(join(tmpdir(), "gridfolk-settings-"));
    try {
      expect(read(root, "dev")).toEqual(defaults());
      mkdirSync(join(root, "infra"));
      writeFileSync(join(root, "infra/settings.json"), `{"dev":{"signUp":"open"}}`);
      expect(read(root, "dev").signUp).toBe("open");
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
