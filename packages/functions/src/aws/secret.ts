import { DomainError } from "@gridfolk/core/error";
import * as v from "valibot";
import { nodePlatform } from "../platform.ts";
import type { LiveEnvironment } from "./env.ts";
import {
  createSignedFetch,
  refusal,
  serviceUrl,
  type ServiceAnswer,
  type SignedFetch,
} from "./signed-fetch.ts";

const Answer = v.object({ Parameter: v.object({ Value: v.pipe(v.string(), v.minLength(32)) }) });

/** The secret that signs sessions and links, as the settings say where it is. Fails like `readSecret`. */
export async function secretOf(
  environment: Pick<
    LiveEnvironment,
    "AUTH_SECRET" | "SECRET_PARAMETER" | "AWS_REGION" | "SSM_ENDPOINT"
  >,
): Promise<string> {
  const {
    AUTH_SECRET,
    SECRET_PARAMETER = "",
    AWS_REGION: region,
    SSM_ENDPOINT: endpoint,
  } = environment;
  if (AUTH_SECRET !== undefined) return AUTH_SECRET;
  const ssm = createSignedFetch({ service: "ssm", region, platform: nodePlatform });
  return readSecret({ ssm, region, endpoint }, SECRET_PARAMETER);
}

/**
 * The secret that signs sessions and links, from an SSM SecureString. Throws an Error in an operator's words when it is not
 * there or may not be read, DomainError "busy" when SSM does not answer.
 */
export async function readSecret(
  deps: {
    readonly ssm: SignedFetch;
    readonly region: string;
    readonly endpoint?: string | undefined;
  },
  name: string,
): Promise<string> {
  let answer: ServiceAnswer;
  try {
    answer = await deps.ssm.send({
      method: "POST",
      url: serviceUrl("ssm", deps.region, deps.endpoint),
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "AmazonSSM.GetParameter",
      },
      body: JSON.stringify({ Name: name, WithDecryption: true }),
    });
  } catch (cause) {
    throw notNow(cause);
  }
  if (answer.status === 200) return secretIn(answer, name);
  const { code, message } = refusal(answer);
  if (answer.status === 429 || answer.status >= 500 || /Throttl/.test(code)) {
    throw notNow(new Error(`${code}: ${message}`));
  }
  throw new Error(`Cannot read the secret ${name}: ${reason(code)} (${code}: ${message})`);
}

function secretIn({ bytes }: ServiceAnswer, name: string): string {
  const parsed = v.safeParse(Answer, JSON.parse(new TextDecoder().decode(bytes)));
  if (parsed.success) return parsed.output.Parameter.Value;
  // The value itself is never part of a message.
  throw new Error(`Cannot use the secret ${name}: it has fewer than 32 characters.`);
}

function reason(code: string): string {
  if (code === "ParameterNotFound" || code === "ParameterVersionNotFound") {
    return "there is no such parameter in this account and region. The deployment makes it: npm run sst -- deploy.";
  }
  if (/AccessDenied|NotAuthorized/.test(code)) {
    return "access is denied. The function's role needs ssm:GetParameter on it, and kms:Decrypt where it has a key of its own.";
  }
  if (code === "InvalidKeyId") return "its key cannot be used to decrypt it.";
  return "SSM refused.";
}

function notNow(cause: unknown): DomainError {
  return new DomainError(
    "busy",
    "The server cannot read its settings right now. Try again in a moment.",
    {
      retryAfterMs: 2_000,
      cause,
    },
  );
}
