import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CfnOutput, Duration, Fn, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { HttpApi, WebSocketApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import type { HeadersFrameOption, HeadersReferrerPolicy } from "aws-cdk-lib/aws-cloudfront";
import {
  AccessLevel,
  AllowedMethods,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  CachedMethods,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import {
  contentSecurityPolicy,
  PAGE_HEADERS,
} from "../../packages/functions/src/http/page-headers.ts";
import type { Settings } from "../settings.ts";

/** The WebSocket API's stage: the path of `wss://…/live`, so that CloudFront need not rewrite it. */
export const LIVE_STAGE = "live";

/** The longest an HTTP API waits for its function, and CloudFront for the HTTP API. */
export const REQUEST_TIMEOUT = Duration.seconds(30);

const TWO_YEARS = Duration.days(730);

export interface WebStackProps extends StackProps {
  readonly production: boolean;
  readonly settings: Settings;
  /** The built pages. */
  readonly pages: string;
  /** The folder of the CloudFront functions. */
  readonly edge: string;
}

/**
 * What the world reaches: the bucket of the pages, the two APIs, and CloudFront in front of them under one address. The APIs
 * have no routes here: the app stack adds them, whose functions need to know this address.
 */
export class WebStack extends Stack {
  readonly pages: Bucket;
  readonly httpApi: HttpApi;
  readonly webSocketApi: WebSocketApi;
  /** https://…, as browsers see it. */
  readonly publicUrl: string;
  /** Known to CloudFront and the api function: who brings it comes by way of CloudFront. */
  readonly originToken: string;

  constructor(scope: Construct, id: string, props: WebStackProps) {
    super(scope, id, props);
    const { domain, priceClass } = props.settings;

    this.pages = new Bucket(this, "Pages", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: props.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      autoDeleteObjects: !props.production,
    });
    this.httpApi = new HttpApi(this, "HttpApi", {
      description: "Gridfolk: /api",
      createDefaultStage: false,
    });
    this.webSocketApi = new WebSocketApi(this, "WebSocketApi", { description: "Gridfolk: /live" });
    // The stack's id ends with a random UUID: nobody outside the account knows it.
    this.originToken = Fn.select(2, Fn.split("/", this.stackId));

    // With rights to list, S3 answers 404 for what is missing instead of 403. Nobody can list: every address is a file's.
    const pagesOrigin = S3BucketOrigin.withOriginAccessControl(this.pages, {
      originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
    });
    const apiOrigin = new HttpOrigin(
      `${this.httpApi.apiId}.execute-api.${this.region}.${this.urlSuffix}`,
      {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
        readTimeout: REQUEST_TIMEOUT.plus(Duration.seconds(5)),
        keepaliveTimeout: Duration.seconds(60),
        customHeaders: { "x-origin-token": this.originToken },
      },
    );
    const liveOrigin = new HttpOrigin(
      `${this.webSocketApi.apiId}.execute-api.${this.region}.${this.urlSuffix}`,
      {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
      },
    );

    const pageHeaders = pageHeadersPolicy(this, [
      // Whoever has a domain of their own is held to it.
      domain === undefined ? "wss://*.cloudfront.net" : `wss://${domain.name}`,
    ]);
    const apiHeaders = new ResponseHeadersPolicy(this, "ApiHeaders", {
      comment: "Gridfolk: what the API does not say itself",
      securityHeadersBehavior: {
        contentTypeOptions: { override: true },
        strictTransportSecurity: { accessControlMaxAge: TWO_YEARS, override: true },
      },
    });
    // As long as the object says: pages are asked for again every time, by CloudFront as well.
    const pageCache = new CachePolicy(this, "PageCache", {
      comment: "Gridfolk: pages",
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.days(365),
      cookieBehavior: CacheCookieBehavior.none(),
      headerBehavior: CacheHeaderBehavior.none(),
      queryStringBehavior: CacheQueryStringBehavior.none(),
      enableAcceptEncodingBrotli: true,
      enableAcceptEncodingGzip: true,
    });
    const edgeFunction = (name: string, code: string) =>
      new EdgeFunction(this, name, {
        code: FunctionCode.fromInline(code),
        runtime: FunctionRuntime.JS_2_0,
      });
    const pageAddress = edgeFunction(
      "PageAddress",
      readFileSync(join(props.edge, "page-address.js"), "utf8").replace(
        "__FILES__",
        JSON.stringify(filesBesideAssets(props.pages)),
      ),
    );
    const viewerAddress = edgeFunction(
      "ViewerAddress",
      readFileSync(join(props.edge, "viewer-address.js"), "utf8"),
    );
    const uncached = {
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // Host names the API at its own address; everything else is handed on, cookies and queries too.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    };

    const distribution = new Distribution(this, "Distribution", {
      comment: `Gridfolk, ${id}`,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: priceClasses[priceClass],
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      ...(domain === undefined
        ? {}
        : {
            domainNames: [domain.name],
            certificate: Certificate.fromCertificateArn(this, "Certificate", domain.certificate),
          }),
      defaultBehavior: {
        origin: pagesOrigin,
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: pageCache,
        compress: true,
        responseHeadersPolicy: pageHeaders,
        functionAssociations: [
          { function: pageAddress, eventType: FunctionEventType.VIEWER_REQUEST },
        ],
      },
      additionalBehaviors: {
        "/assets/*": {
          origin: pagesOrigin,
          allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
          viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
          cachePolicy: CachePolicy.CACHING_OPTIMIZED,
          compress: true,
          responseHeadersPolicy: pageHeaders,
        },
        "/api/*": {
          ...uncached,
          origin: apiOrigin,
          allowedMethods: AllowedMethods.ALLOW_ALL,
          cachedMethods: CachedMethods.CACHE_GET_HEAD,
          // The function compresses what is worth it.
          compress: false,
          responseHeadersPolicy: apiHeaders,
          functionAssociations: [
            { function: viewerAddress, eventType: FunctionEventType.VIEWER_REQUEST },
          ],
        },
        "/live": {
          ...uncached,
          origin: liveOrigin,
          allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
          compress: false,
        },
      },
    });
    this.publicUrl = `https://${domain?.name ?? distribution.distributionDomainName}`;

    new CfnOutput(this, "Url", { value: this.publicUrl, description: "How browsers reach it" });
    new CfnOutput(this, "DistributionDomain", {
      value: distribution.distributionDomainName,
      description: "What a domain of your own points to (CNAME or alias)",
    });
  }
}

const priceClasses: Readonly<Record<Settings["priceClass"], PriceClass>> = {
  "100": PriceClass.PRICE_CLASS_100,
  "200": PriceClass.PRICE_CLASS_200,
  all: PriceClass.PRICE_CLASS_ALL,
};

/** The same headers as the local server's, and that browsers must come by https from then on. */
function pageHeadersPolicy(scope: Construct, connect: readonly string[]): ResponseHeadersPolicy {
  // CloudFront has a setting of its own for each of these; its names for the values are the headers'.
  const {
    "X-Content-Type-Options": _,
    "X-Frame-Options": frame,
    "Referrer-Policy": referrer,
    ...others
  } = PAGE_HEADERS;
  return new ResponseHeadersPolicy(scope, "PageHeaders", {
    comment: "Gridfolk: pages and assets",
    securityHeadersBehavior: {
      contentSecurityPolicy: {
        contentSecurityPolicy: contentSecurityPolicy(connect),
        override: true,
      },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: frame as HeadersFrameOption, override: true },
      referrerPolicy: { referrerPolicy: referrer as HeadersReferrerPolicy, override: true },
      strictTransportSecurity: { accessControlMaxAge: TWO_YEARS, override: true },
    },
    customHeadersBehavior: {
      customHeaders: Object.entries(others).map(([header, value]) => ({
        header,
        value,
        override: true,
      })),
    },
  });
}

/** The addresses of files that are not under /assets/. */
function filesBesideAssets(pages: string): string[] {
  return readdirSync(pages, { withFileTypes: true })
    .filter((entry) => entry.isFile() && isPublished(entry.name))
    .map((entry) => `/${entry.name}`)
    .toSorted();
}

/** CloudFront compresses by itself, so the compressed files beside the others stay at home. */
function isPublished(name: string): boolean {
  return !name.startsWith(".") && !name.endsWith(".br") && !name.endsWith(".gz");
}
