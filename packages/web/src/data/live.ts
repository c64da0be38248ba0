import type { Changes, WireHead } from "@gridfolk/core/ledger/ledger";
import { PING_MS, PLACE_MS, PONG_MS, RENEW_MS } from "./pace.ts";
import type { Place, Person } from "./workspace.ts";

/** What the server says over the socket. */
export type LiveMessage =
  | { type: "hello"; epoch: string; seq: number; connection: string }
  | ({ type: "changes"; heads?: readonly WireHead[] } & Pick<Changes, "epoch" | "from" | "to">)
  | { type: "presence"; people: readonly Person[] }
  | { type: "pong"; epoch: string; seq: number }
  | { type: "removed" };

export interface LiveOptions {
  readonly url: string;
  readonly onMessage: (message: LiveMessage) => void;
  readonly onOpen: () => void;
  readonly onClose: () => void;
  readonly connect?: (url: string) => WebSocket;
}

export interface Live {
  /** Where this person is; the others are told at once, then again after a while. */
  place(place: Place): void;
  /** This person has written here, which the change itself tells the others (places.ts). */
  wrote(place: Place): void;
  /** Whether anybody looks at the page. Nobody: then it hears nothing until somebody does, and has to fetch. */
  look(looking: boolean): void;
  /** Tries at once instead of at the next turn (the network is back, the page is looked at again). */
  wake(): void;
  close(): void;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

/** Keeps a socket open to the server, with growing pauses between tries. */
export function connectLive(options: LiveOptions): Live {
  let socket: WebSocket | undefined;
  let closed = false;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let renew: ReturnType<typeof setTimeout> | undefined;
  let ping: ReturnType<typeof setInterval> | undefined;
  let silent: ReturnType<typeof setTimeout> | undefined;
  let here: Place = {};
  let looking = true;
  /** Somebody looks again, and the server does not know it yet. */
  let back = false;
  let told = "";
  let toldAt = 0;
  let telling: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    clearTimeout(retry);
    retry = undefined;
    const own = (options.connect ?? ((url) => new WebSocket(url)))(options.url);
    socket = own;
    own.addEventListener("open", () => {
      failures = 0;
      // Nowhere is where the server takes everybody to be who just came.
      told = textOf({});
      options.onOpen();
      // On Lambda nothing can be said to a socket before it has said something.
      send({ type: "hello" });
      tell();
      ping = setInterval(() => {
        // Whoever does not look only keeps the socket open.
        if (looking) ask(own, { type: "ping" });
        else send({ type: "ping", quiet: true });
      }, PING_MS);
      renew = setTimeout(() => own.close(), RENEW_MS);
    });
    own.addEventListener("message", (event: MessageEvent) => {
      clearTimeout(silent);
      if (typeof event.data !== "string") return;
      options.onMessage(JSON.parse(event.data) as LiveMessage);
    });
    own.addEventListener("close", () => {
      if (socket !== own) return;
      socket = undefined;
      clearInterval(ping);
      clearTimeout(renew);
      clearTimeout(silent);
      options.onClose();
      if (!closed) later();
    });
  }

  function later(): void {
    const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
    failures += 1;
    retry = setTimeout(open, pause * (0.5 + Math.random() / 2));
  }

  /** Says what has to be answered: the machine may have slept, or the network gone without a word. */
  function ask(own: WebSocket, message: unknown): void {
    send(message);
    clearTimeout(silent);
    silent = setTimeout(() => own.close(), PONG_MS);
  }

  function send(message: unknown): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }

  function tell(): void {
    const place = looking ? here : { away: true };
    const text = textOf(place);
    if (text === told || telling !== undefined || socket?.readyState !== WebSocket.OPEN) return;
    const wait = toldAt + PLACE_MS - Date.now();
    if (wait > 0) {
      telling = setTimeout(() => {
        telling = undefined;
        tell();
      }, wait);
      return;
    }
    told = text;
    toldAt = Date.now();
    // Somebody looks again: what was committed until the server knows that is asked for with the same word.
    if (back) ask(socket, { type: "presence", ...place, ask: true });
    else send({ type: "presence", ...place });
    back = false;
  }

  open();
  return {
    place(place) {
      here = place;
      tell();
    },
    wrote(place) {
      if (!looking || socket?.readyState !== WebSocket.OPEN) return;
      clearTimeout(telling);
      telling = undefined;
      told = textOf(place);
      toldAt = Date.now();
      tell();
    },
    look(now) {
      if (looking === now) return;
      looking = now;
      clearTimeout(telling);
      telling = undefined;
      toldAt = 0;
      back = now;
      tell();
    },
    wake() {
      if (closed || retry === undefined) return;
      failures = 0;
      open();
    },
    close() {
      closed = true;
      clearTimeout(retry);
      clearTimeout(telling);
      clearInterval(ping);
      clearTimeout(renew);
      clearTimeout(silent);
      socket?.close();
    },
  };
}

function textOf({ sheet, record, field, away }: Place & { readonly away?: boolean }): string {
  return JSON.stringify([sheet, record, field, away]);
}
