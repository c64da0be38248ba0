import type { SSTConfig } from "sst";
import { read } from "./infra/settings.ts";
import { createStage } from "./infra/stages.ts";

/** Deploys Gridfolk into the AWS account of whoever runs it: `npm run sst -- deploy --stage production`. */
export default {
  config: (input) => ({
    name: "gridfolk",
    region: input.region ?? process.env["AWS_REGION"] ?? "us-east-1",
  }),
  stacks(app) {
    // sst bundles this file and what it imports into the checkout's root, and runs it there.
    const root = process.cwd();
    createStage(app, {
      stage: app.stage,
      settings: read(root, app.stage),
      root,
      ...(app.account === undefined ? {} : { env: { account: app.account, region: app.region } }),
    });
  },
} satisfies SSTConfig;
