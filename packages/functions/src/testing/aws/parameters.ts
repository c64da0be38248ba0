import { type Incoming, json, type Outgoing, values } from "./incoming.ts";
import { ACCOUNT, REGION } from "./instance.ts";
import { refusal } from "./signature.ts";

export interface Parameters {
  /** GetParameter of SSM's JSON protocol. */
  handle(incoming: Incoming): Outgoing;
  /** Calls answered. */
  readonly reads: number;
}

/** SSM's parameter store with these SecureStrings. Who does not ask for decryption gets what is stored. */
export function createParameters(secrets: Readonly<Record<string, string>>): Parameters {
  let reads = 0;
  return {
    get reads() {
      return reads;
    },
    handle(incoming) {
      const why = refusal(incoming, "ssm");
      if (why !== undefined) return problem("InvalidSignatureException", why);
      const [target = ""] = values(incoming.headers, "x-amz-target");
      if (target !== "AmazonSSM.GetParameter") return problem("UnknownOperationException", target);
      const call = JSON.parse(incoming.body.toString("utf8")) as {
        Name: string;
        WithDecryption?: boolean;
      };
      const secret = secrets[call.Name];
      if (secret === undefined) return problem("ParameterNotFound", "");
      reads += 1;
      return json(200, {
        Parameter: {
          ARN: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${call.Name}`,
          DataType: "text",
          LastModifiedDate: 1_700_000_000,
          Name: call.Name,
          Type: "SecureString",
          Value: call.WithDecryption === true ? secret : "AQICAHgEncryptedByTheKeyOfSsm==",
          Version: 1,
        },
      });
    },
  };
}

function problem(type: string, message: string): Outgoing {
  return json(400, { __type: type, message });
}
