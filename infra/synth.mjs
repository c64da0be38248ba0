// Synthesizes the stacks without an AWS account: `npm run synth -- STAGE [FOLDER]`, into .sst/dist unless told otherwise.
// sst asks STS once who is deploying; a stub on loopback answers. What the templates promise is tested by infra/**/*.test.ts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const infra = dirname(fileURLToPath(import.meta.url));
const root = dirname(infra);
const stage = process.argv[2] ?? "production";
const folder = resolve(process.argv[3] ?? join(root, ".sst", "dist"));

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
rmSync(folder, { recursive: true, force: true });

const build = spawn(
  process.execPath,
  [join(infra, "sst.mjs"), "build", "--stage", stage, "--to", folder],
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
process.exitCode = status ?? 1;
