// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectLive, type Live, type LiveMessage } from "./live.ts";
import { PING_MS, PLACE_MS, PONG_MS, RENEW_MS } from "./pace.ts";

class Socket extends EventTarget {
  readyState = 0;
  readonly sent: ({ type: string } & Record<string, unknown>)[] = [];
  send(text: string): void {
    this.sent.push(JSON.parse(text) as { type: string });
  }
  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }
  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  hear(message: LiveMessage): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
  }
}

const sockets: Socket[] = [];
let live: Live;

beforeEach(() => {
  vi.useFakeTimers();
  sockets.length = 0;
  live = connectLive({
    url: "ws://localhost/live",
    onMessage: () => {},
    onOpen: () => {},
    onClose: () => {},
    connect: () => {
      const socket = new Socket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
  });
  sockets[0]?.open();
});

afterEach(() => {
  live.close();
  vi.useRealTimers();
});

const places = (socket: Socket | undefined) =>
  socket?.sent
    .filter(({ type }) => type === "presence")
    .map((sent) => Object.fromEntries(Object.entries(sent).filter(([name]) => name !== "type")));

test("a page that is not looked at says so at once, and where it is when it is looked at again", () => {
  live.place({ sheet: "contacts", record: "r1" });
  live.look(false);
  live.place({ sheet: "contacts", record: "r2" });
  vi.advanceTimersByTime(60_000);
  live.look(true);
  expect(places(sockets[0])).toEqual([
    { sheet: "contacts", record: "r1" },
    { away: true },
    // And asks with the same word what was committed until the server knew that.
    { sheet: "contacts", record: "r2", ask: true },
  ]);
  live.place({ sheet: "contacts", record: "r3" });
  sockets[0]?.hear({ type: "pong", epoch: "e", seq: 1 });
  vi.advanceTimersByTime(PLACE_MS);
  expect(places(sockets[0])?.at(-1)).toEqual({ sheet: "contacts", record: "r3" });
});

test("who is back and hears no answer opens another socket", () => {
  live.look(false);
  live.look(true);
  vi.advanceTimersByTime(PONG_MS);
  expect(sockets[0]?.readyState).toBe(3);
});

test("a page that is not looked at keeps its socket open without being answered", () => {
  live.look(false);
  vi.advanceTimersByTime(PING_MS + PONG_MS);
  expect(sockets[0]?.sent.filter(({ type }) => type === "ping")).toEqual([
    { type: "ping", quiet: true },
  ]);
  expect(sockets[0]?.readyState).toBe(1);
});

test("somebody who goes on moving is told of now and then, with the last place", () => {
  for (let n = 0; n < 40; n += 1) {
    live.place({ record: `r${n}` });
    vi.advanceTimersByTime(1_000);
  }
  vi.advanceTimersByTime(PLACE_MS);
  expect(places(sockets[0])).toEqual([{ record: "r0" }, { record: "r29" }, { record: "r39" }]);
});

test("who writes is where they wrote, and says only where they went without writing", () => {
  live.place({ sheet: "contacts", record: "r1", field: "name" });
  for (let n = 2; n < 10; n += 1) {
    live.place({ sheet: "contacts", record: `r${n}`, field: "name" });
    vi.advanceTimersByTime(PLACE_MS - 10_000);
    live.wrote({ field: "name", sheet: "contacts", record: `r${n}` });
  }
  vi.advanceTimersByTime(5 * PLACE_MS);
  expect(places(sockets[0])).toEqual([{ sheet: "contacts", record: "r1", field: "name" }]);
  live.place({ sheet: "contacts", record: "r30", field: "name" });
  expect(places(sockets[0])).toHaveLength(2);
});

const pings = (socket: Socket | undefined) =>
  socket?.sent.filter(({ type }) => type === "ping").length;

test("a socket whose ping nobody answers is given up for another", () => {
  vi.advanceTimersByTime(PING_MS);
  expect(pings(sockets[0])).toBe(1);
  vi.advanceTimersByTime(PONG_MS - 1);
  expect(sockets[0]?.readyState).toBe(1);
  vi.advanceTimersByTime(1);
  expect(sockets[0]?.readyState).toBe(3);
  vi.advanceTimersByTime(1_000);
  expect(sockets).toHaveLength(2);
});

test("one that answers stays, until it is time to renew it", () => {
  for (let ms = PING_MS; ms < RENEW_MS; ms += PING_MS) {
    vi.advanceTimersByTime(PING_MS);
    sockets[0]?.hear({ type: "pong", epoch: "e", seq: 1 });
  }
  expect(pings(sockets[0])).toBeGreaterThan(10);
  expect(sockets[0]?.readyState).toBe(1);
  vi.advanceTimersByTime(PING_MS);
  expect(sockets[0]?.readyState).toBe(3);
});
