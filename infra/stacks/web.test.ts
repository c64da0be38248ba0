import { beforeAll, describe, expect, it } from "vitest";
import {
  contentSecurityPolicy,
  PAGE_HEADERS,
} from "../../packages/functions/src/http/page-headers.ts";
import { resource, resources } from "../template.ts";
import type { Synthesis } from "../synthesis.ts";
import { hasTools, synthesize } from "../testing/synthesis.ts";

/** AWS's own policies, by their published ids. */
const CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

const domain = {
  name: "crm.example.com",
  certificate: "arn:aws:acm:us-east-1:123456789012:certificate/0-1",
};

describe.skipIf(!hasTools)("web stack", () => {
  let plain: Synthesis;
  let own: Synthesis;
  beforeAll(async () => {
    plain = await synthesize("production");
    own = await synthesize("production", { domain, priceClass: "all" });
  });
  const config = ({ web }: Synthesis = plain) =>
    resource(web, "AWS::CloudFront::Distribution").Properties.DistributionConfig;
  const behavior = (path: string) =>
    config().CacheBehaviors.find(
      ({ PathPattern }: { PathPattern: string }) => PathPattern === path,
    );
  const origin = (id: string) => config().Origins.find(({ Id }: { Id: string }) => Id === id);

  it("keeps the bucket of the pages private: only this distribution reads it, by OAC", () => {
    const bucket = resource(plain.web, "AWS::S3::Bucket").Properties;
    expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(bucket.WebsiteConfiguration).toBeUndefined();
    const { Statement } = resource(plain.web, "AWS::S3::BucketPolicy").Properties.PolicyDocument;
    const allowed = Statement.filter(({ Effect }: { Effect: string }) => Effect === "Allow");
    expect(allowed).toHaveLength(1);
    expect(allowed[0].Principal).toEqual({ Service: "cloudfront.amazonaws.com" });
    expect(JSON.stringify(allowed[0].Condition)).toContain('":distribution/",{"Ref":"Distribution');
    expect(origin(config().DefaultCacheBehavior.TargetOriginId)).toMatchObject({
      OriginAccessControlId: expect.anything(),
      S3OriginConfig: { OriginAccessIdentity: "" },
    });
    expect(
      resource(plain.web, "AWS::CloudFront::OriginAccessControl").Properties
        .OriginAccessControlConfig,
    ).toMatchObject({ SigningBehavior: "always", SigningProtocol: "sigv4" });
  });

  it("speaks HTTP/2 and HTTP/3 and compresses pages and assets", () => {
    expect(config().HttpVersion).toBe("http2and3");
    expect(config().DefaultCacheBehavior.Compress).toBe(true);
    expect(behavior("/assets/*").Compress).toBe(true);
  });

  it("sends every address of the application to its page, never an API's answer", () => {
    const [association] = config().DefaultCacheBehavior.FunctionAssociations;
    expect(association.EventType).toBe("viewer-request");
    const code = resource(plain.web, "AWS::CloudFront::Function", "PageAddress").Properties;
    expect(code.FunctionCode).toContain('var files = ["/index.html","/theme.js",');
    expect(code.FunctionCode).not.toMatch(/\.(br|gz)"/);
    expect(code.FunctionConfig.Runtime).toBe("cloudfront-js-2.0");
    // An error page of the distribution would stand for the API's 404 as well.
    expect(config().CustomErrorResponses).toBeUndefined();
  });

  it("caches assets as long as they say, asks for pages again", () => {
    expect(behavior("/assets/*").CachePolicyId).toBe(CACHING_OPTIMIZED);
    const { CachePolicyConfig: pages } = resource(
      plain.web,
      "AWS::CloudFront::CachePolicy",
    ).Properties;
    expect(pages).toMatchObject({ MinTTL: 0, DefaultTTL: 0 });
    expect(pages.ParametersInCacheKeyAndForwardedToOrigin).toMatchObject({
      CookiesConfig: { CookieBehavior: "none" },
      HeadersConfig: { HeaderBehavior: "none" },
      QueryStringsConfig: { QueryStringBehavior: "none" },
    });
  });

  it.each(["/api/*", "/live"])("%s: never cached, all but Host handed on, TLS only", (path) => {
    expect(behavior(path)).toMatchObject({
      CachePolicyId: CACHING_DISABLED,
      OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST,
      ViewerProtocolPolicy: "https-only",
    });
    expect(origin(behavior(path).TargetOriginId).CustomOriginConfig).toMatchObject({
      OriginProtocolPolicy: "https-only",
      OriginSSLProtocols: ["TLSv1.2"],
    });
  });

  it("lets the API take every method and as long as it may", () => {
    expect(behavior("/api/*").AllowedMethods).toEqual(
      expect.arrayContaining(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    );
    const { OriginReadTimeout } = origin(behavior("/api/*").TargetOriginId).CustomOriginConfig;
    expect(OriginReadTimeout).toBeGreaterThan(30);
  });

  it("tells the API who asks, in a way that only it can", () => {
    const [association] = behavior("/api/*").FunctionAssociations;
    expect(association.FunctionARN["Fn::GetAtt"][0]).toMatch(/^ViewerAddress/);
    const [header] = origin(behavior("/api/*").TargetOriginId).OriginCustomHeaders;
    expect(header.HeaderName).toBe("x-origin-token");
    expect(JSON.stringify(header.HeaderValue)).toContain("AWS::StackId");
    // The same value on the other side.
    const api = resource(plain.app, "AWS::Lambda::Function", "Api").Properties;
    expect(JSON.stringify(api.Environment.Variables.ORIGIN_TOKEN)).toContain(
      "ExportsOutputRefAWSStackId",
    );
  });

  it("sends pages with the local server's headers, and HSTS", () => {
    for (const part of [config().DefaultCacheBehavior, behavior("/assets/*")])
      expect(part.ResponseHeadersPolicyId.Ref).toMatch(/^PageHeaders/);
    const { ResponseHeadersPolicyConfig: policy } = resource(
      plain.web,
      "AWS::CloudFront::ResponseHeadersPolicy",
      "PageHeaders",
    ).Properties;
    const security = policy.SecurityHeadersConfig;
    expect(headersOf(policy)).toEqual({ ...PAGE_HEADERS });
    expect(security.StrictTransportSecurity).toEqual({
      AccessControlMaxAgeSec: 63_072_000,
      Override: true,
    });
    for (const [name, entry] of Object.entries<{ Override: boolean }>(security))
      expect([name, entry.Override]).toEqual([name, true]);
    expect(behavior("/api/*").ResponseHeadersPolicyId.Ref).toMatch(/^ApiHeaders/);
  });

  it("lets pages talk to their own address and live connections only", () => {
    expect(policyOf(plain)).toBe(contentSecurityPolicy(["wss://*.cloudfront.net"]));
    expect(policyOf(own)).toBe(contentSecurityPolicy(["wss://crm.example.com"]));
    expect(policyOf(plain)).toContain("script-src 'self';");
    expect(policyOf(plain)).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*(?!\.)/);
  });

  it("takes a domain of one's own, with its certificate and TLS 1.2 at least", () => {
    expect(config(own)).toMatchObject({
      Aliases: ["crm.example.com"],
      ViewerCertificate: {
        AcmCertificateArn: domain.certificate,
        MinimumProtocolVersion: "TLSv1.2_2021",
        SslSupportMethod: "sni-only",
      },
    });
    expect(config().Aliases).toBeUndefined();
    for (const id of ["Api", "Live"]) {
      const variables = resource(own.app, "AWS::Lambda::Function", id).Properties.Environment;
      expect(variables.Variables.PUBLIC_URL).toBe("https://crm.example.com");
    }
  });

  it("answers from where the operator wants to pay for", () => {
    expect(config().PriceClass).toBe("PriceClass_100");
    expect(config(own).PriceClass).toBe("PriceClass_All");
  });

  it("says where it is", () => {
    expect(Object.keys(plain.web.Outputs ?? {})).toEqual(
      expect.arrayContaining(["Url", "DistributionDomain"]),
    );
  });

  it("has functions at the edge only", () => {
    expect(resources(plain.web, "AWS::Lambda::Function")).toEqual([]);
  });
});

function policyOf({ web }: Synthesis): string {
  return resource(web, "AWS::CloudFront::ResponseHeadersPolicy", "PageHeaders").Properties
    .ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy;
}

/** What CloudFront sends under which names, besides the policy of contents and HSTS. */
// oxlint-disable-next-line typescript/no-explicit-any -- a part of a template
function headersOf(policy: any): Record<string, string> {
  const security = policy.SecurityHeadersConfig;
  const custom = policy.CustomHeadersConfig.Items.map(
    ({ Header, Value }: { Header: string; Value: string }) => [Header, Value],
  );
  return {
    ...(security.ContentTypeOptions && { "X-Content-Type-Options": "nosniff" }),
    "X-Frame-Options": security.FrameOptions.FrameOption,
    "Referrer-Policy": security.ReferrerPolicy.ReferrerPolicy,
    ...Object.fromEntries(custom),
  };
}
