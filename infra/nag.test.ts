import { describe, expect, it } from "vitest";
import { defaults } from "./settings.ts";
import { NOWHERE } from "./synthesis.ts";
import { hasTools, ROOT } from "./testing/synthesis.ts";

/**
 * What cdk-nag's AwsSolutions finds and is left so: the rule, the construct, what of it where that matters, and why. A finding that
 * is not here fails the test, and so does a line here that nothing is found for.
 */
const ACCEPTED: readonly (readonly [rule: string, at: RegExp, because: string])[] = [
  [
    "S1",
    /^data\/Files$/,
    "Our functions, or addresses they signed, make every request, and log it.",
  ],
  ["S1", /^web\/Pages$/, "Only CloudFront reads it, and what it holds is public."],
  ["CFR1", /^web\/Distribution$/, "Customers decide themselves from where they work."],
  [
    "CFR2",
    /^web\/Distribution$/,
    "A web ACL is 6 USD a month; the API limits sign-in, its stage requests.",
  ],
  [
    "CFR3",
    /^web\/Distribution$/,
    "That log holds people's addresses; the API logs requests without them.",
  ],
  [
    "CFR4",
    /^web\/Distribution$/,
    "CloudFront's own certificate sets TLS; with a domain it is TLSv1.2_2021.",
  ],
  ["APIG4", /^app\/ApiRoute$/, "The function authorizes each request: session, workspace, role."],
  [
    "APIG4",
    /^app\/Live-connect$/,
    "The function authorizes it: session or ticket, Origin, workspace.",
  ],
  ["APIG4", /^app\/Live-default$/, "Comes over a connection that was authorized."],
  ["APIG4", /^app\/Live-disconnect$/, "Sent by the gateway itself."],
  [
    "APIG1",
    /^app\/LiveStage$/,
    "Needs a role set for the whole account; the function logs connections.",
  ],
  ["SQS3", /^app\/Failures$/, "It is the dead-letter queue."],
  [
    "IAM5",
    /^app\/Api\/Role .*<Files.*>\/(files|exports|kept)\/\*$/,
    "Objects below three prefixes.",
  ],
  [
    "IAM5",
    /^app\/(Live|React)\/Role .*\/live\/POST\/@connections\/\*$/,
    "Connections of one API's stage.",
  ],
  [
    "IAM5",
    /^app\/React\/Role Resource::\*$/,
    "dynamodb:ListStreams, which Lambda asks for, knows no resources.",
  ],
  [
    "IAM4",
    /^app\/Custom::CDKBucketDeployment\w+\/ServiceRole /,
    "CDK's own function, run by deployments.",
  ],
  [
    "IAM5",
    /^app\/Custom::CDKBucketDeployment\w+\/ServiceRole /,
    "CDK's own function, run by deployments.",
  ],
  [
    "L1",
    /^app\/Custom::CDKBucketDeployment\w+$/,
    "CDK's own function, on the runtime CDK tests it with.",
  ],
];

describe.skipIf(!hasTools)("cdk-nag AwsSolutions", () => {
  it.each(["production", "dev"])(
    "%s: what it finds is accepted, each for a reason",
    async (stage) => {
      const found = await findings(stage);
      expect(found.length).toBeGreaterThan(0);
      const matches = ([rule, at]: (typeof ACCEPTED)[number], finding: string) =>
        finding.startsWith(`AwsSolutions-${rule} `) &&
        at.test(finding.slice(finding.indexOf(" ") + 1));
      expect(found.filter((finding) => !ACCEPTED.some((line) => matches(line, finding)))).toEqual(
        [],
      );
      expect(ACCEPTED.filter((line) => !found.some((finding) => matches(line, finding)))).toEqual(
        [],
      );
    },
  );
});

/** "rule stack/construct finding" of everything found in a stage. */
async function findings(stage: string): Promise<string[]> {
  const { App, Aspects } = await import("aws-cdk-lib");
  const { AwsSolutionsChecks } = await import("cdk-nag");
  const { createStage } = await import("./stages.ts");
  const found: string[] = [];
  const app = new App({ analyticsReporting: false });
  createStage(app, { stage, settings: defaults(), root: ROOT, env: NOWHERE });
  const ignore = () => {};
  Aspects.of(app).add(
    new AwsSolutionsChecks({
      reports: false,
      additionalLoggers: [
        {
          onCompliance: ignore,
          onNonCompliance({ ruleId, resource, findingId }) {
            const path = resource.node.path
              .replace(`gridfolk-${stage}-`, "")
              .replace(/(\/DefaultPolicy)?\/Resource$/, "");
            found.push(`${ruleId} ${path} ${findingId}`.trim());
          },
          onSuppressed: ignore,
          // A rule that cannot be decided counts as broken.
          onError({ ruleId, resource, errorMessage }) {
            found.push(`${ruleId} ${resource.node.path} ${errorMessage}`);
          },
          onNotApplicable: ignore,
          onSuppressedError: ignore,
        },
      ],
    }),
  );
  app.synth();
  return found;
}
