import { refusal, type SignedFetch } from "../aws/signed-fetch.ts";
import type { Carrier } from "./carrier.ts";

/**
 * API Gateway's WebSockets, by its management API: `endpoint` is https://{api}.execute-api.{region}.amazonaws.com/{stage}.
 * A message waits for nobody: after `signed`'s tries it is given up.
 */
export function createManagementCarrier(deps: {
  readonly signed: Pick<SignedFetch, "send">;
  readonly endpoint: string;
}): Carrier {
  const base = deps.endpoint.replace(/\/$/, "");

  async function ask(
    method: "POST" | "DELETE",
    connection: string,
    body?: string,
  ): Promise<"sent" | "gone"> {
    const answer = await deps.signed.send({
      method,
      url: new URL(`${base}/@connections/${encodeURIComponent(connection)}`),
      ...(body !== undefined && { body, headers: { "content-type": "text/plain" } }),
    });
    if (answer.status >= 200 && answer.status < 300) return "sent";
    if (answer.status === 410) return "gone";
    const { code, message } = refusal(answer);
    // An id that none of its connections can have: from another API, before this one was replaced.
    if (answer.status === 400 && /Invalid connectionId/i.test(message)) return "gone";
    throw new Error(
      `Cannot ${method === "POST" ? "send to" : "end"} a connection: HTTP ${answer.status} ${code}: ${message}`,
    );
  }

  return {
    post: (connection, text) => ask("POST", connection, text),
    async disconnect(connection) {
      await ask("DELETE", connection);
    },
  };
}
