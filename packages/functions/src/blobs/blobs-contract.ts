import { setTimeout as delay } from "node:timers/promises";
import type { Blobs } from "@gridfolk/core/blobs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

export interface BlobsUnderTest {
  readonly blobs: Blobs;
  /** Sends a request to an address that the blobs made. */
  send(address: string, init?: RequestInit): Promise<Response>;
  stop?(): Promise<void>;
}

const MB = 1024 * 1024;
const MOST = 64 * MB;
const CSV = { name: "x.csv", type: "text/csv" };

/** What every `Blobs` guarantees, as tests. */
export function blobsContract(name: string, make: () => Promise<BlobsUnderTest>): void {
  describe(`blobs contract: ${name}`, () => {
    let subject: BlobsUnderTest;
    let blobs: Blobs;
    let serial = 0;
    const newKey = (): string => `files/ws_1/user-${(serial += 1)}/x`;
    const soon = { seconds: 60 };

    beforeAll(async () => {
      subject = await make();
      ({ blobs } = subject);
    }, 60_000);
    afterAll(() => subject.stop?.());

    test("a file is read as it was written, and replaced whole", async () => {
      const key = newKey();
      expect(await blobs.get(key, MOST)).toBeUndefined();
      await blobs.put(key, pieces([1, 2, 3], [], [4]), CSV);
      expect([...(await blobs.get(key, MOST))!]).toEqual([1, 2, 3, 4]);
      await blobs.put(key, pieces(), CSV);
      expect((await blobs.get(key, MOST))!.byteLength).toBe(0);
    });

    test("a large file comes in pieces of any size", async () => {
      const key = newKey();
      const piece = new Uint8Array(3 * MB + 7).map((_, at) => at % 251);
      const sent = Buffer.concat([piece, piece, piece, piece, piece, piece]);
      await blobs.put(key, pieces(piece, piece, piece, piece, piece, piece), CSV);
      const read = await blobs.get(key, MOST);
      expect(sent.equals(read!)).toBe(true);
    });

    test.each([10, 10 * MB])(
      "writing that breaks off after %i bytes leaves what was",
      async (bytes) => {
        const key = newKey();
        await blobs.put(key, pieces([1]), CSV);
        const broken = async function* () {
          yield new Uint8Array(bytes);
          throw new Error("no more");
        };
        await expect(blobs.put(key, broken(), CSV)).rejects.toThrow("no more");
        expect([...(await blobs.get(key, MOST))!]).toEqual([1]);
      },
    );

    test("what is larger than its reader takes is not read", async () => {
      const key = newKey();
      await blobs.put(key, pieces([1, 2, 3]), CSV);
      await expect(blobs.get(key, 2)).rejects.toMatchObject({ code: "too-large" });
      expect((await blobs.get(key, 3))!.byteLength).toBe(3);
    });

    test("a deleted file is gone, deleting it again is fine", async () => {
      const key = newKey();
      await blobs.put(key, pieces([1]), CSV);
      await blobs.delete(key);
      await blobs.delete(key);
      expect(await blobs.get(key, MOST)).toBeUndefined();
    });

    test.each(["", "/a", "a/", "a//b", "../a", "a/..", "a b", "a?b", "a%2fb", "a".repeat(129)])(
      "%j is no key",
      async (key) => {
        await expect(blobs.get(key, MOST)).rejects.toThrow("is not a key");
        await expect(blobs.put(key, pieces([1]), CSV)).rejects.toThrow("is not a key");
        await expect(blobs.delete(key)).rejects.toThrow("is not a key");
        await expect(
          (async () => blobs.uploadUrl(key, { bytes: 1, seconds: 60 }))(),
        ).rejects.toThrow("is not a key");
        await expect((async () => blobs.downloadUrl(key, soon))()).rejects.toThrow("is not a key");
      },
    );

    test("an address takes a file of exactly the size it is for", async () => {
      const key = newKey();
      const address = await blobs.uploadUrl(key, { bytes: 5, seconds: 60 });
      for (const body of ["1234", "123456", ""]) {
        const refused = await subject.send(address, { method: "PUT", body });
        expect(refused.status).toBe(403);
        expect(await blobs.get(key, MOST)).toBeUndefined();
      }
      const taken = await subject.send(address, { method: "PUT", body: "12345" });
      expect(taken.status).toBe(200);
      expect(Buffer.from((await blobs.get(key, MOST))!).toString()).toBe("12345");
    });

    test("an address hands a file out under a name and a type", async () => {
      const key = newKey();
      const name = `Zoë's "(list)", 2026*.csv`;
      await blobs.put(key, pieces([65, 66]), { name, type: "text/csv; charset=utf-8" });
      const address = await blobs.downloadUrl(key, soon);
      const answer = await subject.send(address);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
      expect(answer.headers.get("content-disposition")).toBe(
        `attachment; filename="Zo_'s _(list)_, 2026*.csv"; filename*=UTF-8''Zo%C3%AB%27s%20%22%28list%29%22%2C%202026%2A.csv`,
      );
      expect(await answer.text()).toBe("AB");
    });

    test("an address of a file that is not there is 404", async () => {
      const answer = await subject.send(await blobs.downloadUrl(newKey(), soon));
      expect(answer.status).toBe(404);
    });

    test("an address is for one thing: not for writing what it reads, nor another file, nor later", async () => {
      const key = newKey();
      const other = newKey();
      await blobs.put(key, pieces([1]), CSV);
      await blobs.put(other, pieces([2]), CSV);
      const read = await blobs.downloadUrl(key, soon);
      const write = await blobs.uploadUrl(key, { bytes: 1, seconds: 60 });
      const tried = [
        subject.send(read, { method: "PUT", body: "x" }),
        subject.send(read, { method: "DELETE" }),
        subject.send(write),
        subject.send(read.replace(key, other)),
        subject.send(write.replace(key, other), { method: "PUT", body: "x" }),
        subject.send(read.replace(/(expires)=(\d+)/i, (_, name, value) => `${name}=${value}9`)),
        subject.send(write.replace(/(bytes|content-length)/, "x$1"), { method: "PUT", body: "x" }),
      ];
      expect((await Promise.all(tried)).map(({ status }) => status)).toEqual(tried.map(() => 403));
      expect([...(await blobs.get(key, MOST))!]).toEqual([1]);
      expect([...(await blobs.get(other, MOST))!]).toEqual([2]);
    });

    test("an address expires, and says so", async () => {
      const key = newKey();
      await blobs.put(key, pieces([1]), CSV);
      const read = await blobs.downloadUrl(key, { seconds: 1 });
      const write = await blobs.uploadUrl(key, { bytes: 1, seconds: 1 });
      await delay(2_100);
      const late = [
        await subject.send(read),
        await subject.send(write, { method: "PUT", body: "x" }),
      ];
      for (const answer of late) {
        expect(answer.status).toBe(403);
        expect(await answer.text()).toMatch(/expired/i);
      }
      expect([...(await blobs.get(key, MOST))!]).toEqual([1]);
    });
  });
}

async function* pieces(
  ...all: readonly (readonly number[] | Uint8Array)[]
): AsyncGenerator<Uint8Array> {
  for (const piece of all) yield Uint8Array.from(piece);
}
