import { attachment, type Blobs, demandKey, larger } from "@gridfolk/core/blobs";
import { DomainError } from "@gridfolk/core/error";
import {
  serviceUrl,
  type ServiceAnswer,
  type ServiceRequest,
  type SignedFetch,
} from "../aws/signed-fetch.ts";

export interface S3Options {
  /** Signs for "s3". */
  readonly s3: SignedFetch;
  readonly region: string;
  readonly bucket: string;
  /** Another service that speaks S3; the bucket is then part of the path. */
  readonly endpoint?: string | undefined;
}

/** What is sent at once; S3 wants at least 5 MB of every piece but the last. */
const PIECE_BYTES = 8 * 1024 * 1024;
const WRITING = "write a file";

/** Files in a bucket of S3. Browsers and programs send and fetch them there, past the functions. */
export function createS3Blobs(options: S3Options): Blobs {
  const { s3, bucket } = options;

  function address(key: string, query: Readonly<Record<string, string>> = {}): URL {
    demandKey(key);
    const base = serviceUrl(`${bucket}.s3`, options.region, options.endpoint);
    const url = new URL(options.endpoint === undefined ? `/${key}` : `/${bucket}/${key}`, base);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  async function ask(doing: string, request: ServiceRequest): Promise<ServiceAnswer> {
    let answer: ServiceAnswer;
    try {
      answer = await s3.send(request);
    } catch (cause) {
      throw notNow(doing, cause);
    }
    if (answer.status < 300 || answer.status === 404) return answer;
    const said = `${answer.status} ${tag(answer, "Code")}: ${tag(answer, "Message")}`;
    if (answer.status >= 500 || answer.status === 429) throw notNow(doing, new Error(said));
    const hint =
      answer.status === 403
        ? " The function's role needs s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on its files, and s3:ListBucket to tell a missing one."
        : "";
    throw new Error(`Cannot ${doing} in the bucket ${bucket} (${said}).${hint}`);
  }

  async function found(doing: string, request: ServiceRequest): Promise<ServiceAnswer> {
    const answer = await ask(doing, request);
    if (answer.status !== 404) return answer;
    const what = `${tag(answer, "Code")}: ${tag(answer, "Message")}`;
    throw new Error(`Cannot ${doing} in the bucket ${bucket} (404 ${what}).`);
  }

  /** An upload in several pieces: nothing is seen of it until it is complete. */
  async function begin(key: string, headers: ServiceRequest["headers"] & {}) {
    const url = address(key, { uploads: "" });
    const answer = await found(WRITING, { method: "POST", url, headers });
    const uploadId = tag(answer, "UploadId");
    const etags: string[] = [];
    return {
      async add(body: Uint8Array): Promise<void> {
        const partNumber = String(etags.length + 1);
        const url = address(key, { partNumber, uploadId });
        const { headers } = await found(WRITING, { method: "PUT", url, body });
        etags.push(headers.get("etag") ?? "");
      },
      async complete(): Promise<void> {
        const parts = etags.map(
          (etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
        );
        const answer = await found(WRITING, {
          method: "POST",
          url: address(key, { uploadId }),
          headers: { "content-type": "application/xml" },
          body: `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`,
        });
        // S3 sends the status before it puts the pieces together, and says only then whether it could.
        if (tag(answer, "Code") !== "") throw notNow(WRITING, new Error(tag(answer, "Message")));
      },
      async abort(): Promise<void> {
        // Where this fails too, the rules of the bucket remove what is never finished.
        await s3.send({ method: "DELETE", url: address(key, { uploadId }) }).catch(() => undefined);
      },
    };
  }

  return {
    async put(key, pieces, { name, type, encoding }) {
      const headers = {
        "content-type": type,
        "content-disposition": attachment(name),
        ...(encoding !== undefined && { "content-encoding": encoding }),
      };
      let upload: Awaited<ReturnType<typeof begin>> | undefined;
      let last: Uint8Array | undefined;
      try {
        for await (const piece of joined(pieces, PIECE_BYTES)) {
          if (last !== undefined) {
            upload ??= await begin(key, headers);
            await upload.add(last);
          }
          last = piece;
        }
        const body = last ?? new Uint8Array();
        if (upload === undefined)
          await found(WRITING, { method: "PUT", url: address(key), headers, body });
        else {
          await upload.add(body);
          await upload.complete();
        }
      } catch (error) {
        await upload?.abort();
        throw error;
      }
    },

    async get(key, maxBytes) {
      const answer = await ask("read a file", { method: "GET", url: address(key) });
      if (answer.status === 404) {
        if (tag(answer, "Code") === "NoSuchKey") return undefined;
        throw new Error(
          `Cannot read a file in the bucket ${bucket} (404 ${tag(answer, "Code")}: ${tag(answer, "Message")}).`,
        );
      }
      if (answer.bytes.byteLength > maxBytes) throw larger(maxBytes);
      return answer.bytes;
    },

    async delete(key) {
      await ask("delete a file", { method: "DELETE", url: address(key) });
    },

    uploadUrl: (key, { bytes, seconds }) =>
      s3.presign(
        { method: "PUT", url: address(key), headers: { "content-length": String(bytes) } },
        seconds,
      ),

    downloadUrl: (key, { seconds }) => s3.presign({ method: "GET", url: address(key) }, seconds),
  };
}

/** The text of the first element of this name in an answer in XML; "" when there is none. */
function tag({ bytes }: ServiceAnswer, name: string): string {
  const text = new TextDecoder().decode(bytes.subarray(0, 10_000));
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? "";
}

/** Pieces of exactly this size, the last one smaller. */
async function* joined(
  pieces: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    let left = piece;
    while (bytes + left.byteLength >= size) {
      const rest = size - bytes;
      yield Buffer.concat([...held, left.subarray(0, rest)]);
      left = left.subarray(rest);
      held = [];
      bytes = 0;
    }
    if (left.byteLength === 0) continue;
    held.push(left);
    bytes += left.byteLength;
  }
  if (bytes > 0) yield Buffer.concat(held);
}

function notNow(doing: string, cause: unknown): DomainError {
  return new DomainError(
    "busy",
    `The store of files did not manage to ${doing}. Try again in a moment.`,
    {
      retryAfterMs: 2_000,
      cause,
    },
  );
}
