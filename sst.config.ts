import type { SSTConfig } from "sst";
import { DataStack } from "./infra/stacks/data.ts";

/** Deploys Gridfolk into the AWS account of whoever runs it: `npm run sst -- deploy --stage production`. */
export default {
  config: (input) => ({
    name: "gridfolk",
    region: input.region ?? process.env["AWS_REGION"] ?? "us-east-1",
  }),
  stacks(app) {
    new DataStack(app, `${app.name}-${app.stage}-data`, {
      production: app.stage === "production",
      ...(app.account === undefined ? {} : { env: { account: app.account, region: app.region } }),
    });
  },
} satisfies SSTConfig;
