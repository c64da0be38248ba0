import { Agent, request } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Got, Sent } from "./target.ts";

const agent = new Agent({ keepAlive: true });
const TIMEOUT_MS = 60_000;

/** Sends a request byte for byte and answers what came back the same way, which fetch would decompress. */
export async function sendTo(url: string, { method, path, headers, body }: Sent): Promise<Got> {
  const address = new URL(path, url);
  const encoded = new Request(url, {
    method: "POST",
    ...(body === undefined ? {} : { body }),
  });
  const bytes = Buffer.from(await encoded.arrayBuffer());
  const sent = new Headers(headers);
  const type = encoded.headers.get("content-type");
  if (type !== null && !sent.has("content-type")) sent.set("content-type", type);
  if (body !== undefined) sent.set("content-length", String(bytes.byteLength));
  return new Promise((resolve, reject) => {
    const asked = request(
      address,
      { method, agent, headers: Object.fromEntries(sent), timeout: TIMEOUT_MS },
      (answer) => {
        const got = new Headers();
        for (const [index, name] of answer.rawHeaders.entries())
          if (index % 2 === 0) got.append(name, answer.rawHeaders[index + 1] ?? "");
        buffer(answer).then(
          (bytes) => resolve({ status: answer.statusCode ?? 0, headers: got, bytes }),
          reject,
        );
      },
    );
    asked.on("timeout", () => asked.destroy(new Error(`${method} ${path} is not answered`)));
    asked.on("error", reject);
    asked.end(bytes);
  });
}
