import { get } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { close, listen, type Listening } from "./listen.ts";

const open: Listening[] = [];

async function start(host: string, port = 0): Promise<Listening> {
  const listening = await listen(host, port, (_, response) => response.end("ok"));
  open.push(listening);
  return listening;
}

afterEach(async () => {
  for (const { servers } of open.splice(0)) await close(servers, 100);
});

function fetchFrom(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host, port, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on("error", reject);
  });
}

test("localhost is every loopback address the machine has, on one port", async () => {
  const { url, servers } = await start("localhost");
  const { port } = new URL(url);
  for (const server of servers) {
    const { address } = server.address() as AddressInfo;
    expect(await fetchFrom(address, Number(port))).toBe(200);
  }
  expect(url).toMatch(/^http:\/\/localhost:\d+$/);
});

test("a port in use is said in plain words, with a way out", async () => {
  const { url } = await start("127.0.0.1");
  const port = Number(new URL(url).port);
  await expect(start("127.0.0.1", port)).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use`);
  await expect(start("localhost", port)).rejects.toThrow(`PORT=${port + 1}`);
});

test("an address that is not this machine's is said so", async () => {
  await expect(start("192.0.2.77")).rejects.toThrow("192.0.2.77 is not an address of this machine");
});

test("what is no HTTP request, or one with too long a head, is answered with a problem", async () => {
  const { url } = await start("127.0.0.1");
  const send = (text: string) =>
    new Promise<string>((resolve) => {
      let heard = "";
      const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(text));
      socket.on("data", (data: Buffer) => (heard += data.toString()));
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(heard));
    });
  const answers = [
    [await send("nonsense\r\n\r\n"), 400],
    [await send(`GET /${"x".repeat(70_000)} HTTP/1.1\r\nHost: x\r\n\r\n`), 431],
  ] as const;
  for (const [answer, status] of answers) {
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain("application/problem+json");
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({ status });
  }
  const filter = "y".repeat(40_000);
  expect((await fetch(`${url}/?filter=${filter}`)).status).toBe(200);
});

test("close lets a request under way finish", async () => {
  let asked: Promise<number | undefined> | undefined;
  const answer = await new Promise<() => void>((resolve) => {
    void listen("127.0.0.1", 0, (_, response) => resolve(() => response.end("done"))).then(
      (listening) => {
        open.push(listening);
        asked = fetchFrom("127.0.0.1", Number(new URL(listening.url).port));
      },
    );
  });
  const closed = close(open[0]?.servers ?? []);
  answer();
  expect(await asked).toBe(200);
  await closed;
});
