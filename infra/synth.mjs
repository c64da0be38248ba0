// Synthesizes the stacks without an AWS account and checks what was promised of them: `npm run synth`.
// sst asks STS once who is deploying; a stub on loopback answers.
import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const infra = dirname(fileURLToPath(import.meta.url));
const root = dirname(infra);
const stage = process.argv[2] ?? "production";

const sts = createServer((request, response) => {
  request.resume();
  response.setHeader("content-type", "text/xml");
  response.end(
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/synth</Arn><UserId>AIDASYNTH</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  );
});
sts.listen(0, "127.0.0.1");
await once(sts, "listening");

// Templates of an earlier stage would be taken for this one's.
rmSync(join(root, ".sst", "dist"), { recursive: true, force: true });

const build = spawn(
  process.execPath,
  [join(infra, "sst.mjs"), "build", "--stage", stage, "--to", join(root, ".sst", "dist")],
  {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${sts.address().port}`,
      AWS_ACCESS_KEY_ID: "synth",
      AWS_SECRET_ACCESS_KEY: "synth",
      AWS_REGION: "us-east-1",
    },
  },
);
const [status] = await once(build, "exit");
sts.close();
assert.equal(status, 0, "sst build failed");

const dist = join(root, ".sst", "dist");
const templates = readdirSync(dist)
  .filter((name) => name.endsWith("-data.template.json"))
  .map((name) => JSON.parse(readFileSync(join(dist, name), "utf8")));
assert.equal(templates.length, 1, "expected one data stack");
const tables = Object.values(templates[0].Resources).filter(
  (resource) => resource.Type === "AWS::DynamoDB::Table",
);
assert.equal(tables.length, 1, "expected one table");
const [table] = tables;
const keep = stage === "production";
assert.equal(table.DeletionPolicy, keep ? "Retain" : "Delete");
assert.equal(table.UpdateReplacePolicy, keep ? "Retain" : "Delete");
assert.equal(table.Properties.DeletionProtectionEnabled, keep);
assert.equal(table.Properties.BillingMode, "PAY_PER_REQUEST");
assert.equal(table.Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled, true);
assert.deepEqual(table.Properties.TimeToLiveSpecification, { AttributeName: "ttl", Enabled: true });
assert.deepEqual(table.Properties.StreamSpecification, { StreamViewType: "KEYS_ONLY" });
console.log(`synth: stage ${stage}: the data stack holds what is promised of it`);
