import { WebSocket } from "ws";
import { type Heard, heard } from "../live.ts";

/** A browser's end of /live. */
export interface LiveSocket extends Heard {
  /** 101, or the status it was refused with. */
  readonly opened: Promise<number>;
  say(message: object | string): void;
  close(): void;
  /** Ends it as a pulled plug does. */
  drop(): void;
}

/** Opens /live as a page does: says hello first, and remembers what it hears. */
export function openLive(
  url: string,
  query: string,
  headers: Readonly<Record<string, string>> = {},
): LiveSocket {
  const socket = new WebSocket(`${url.replace("http", "ws")}/live?${query}`, { headers });
  const told = heard();
  socket.on("message", (data) => told.hear((data as Buffer).toString()));
  socket.on("close", (code) => told.closed.push(code));
  const opened = new Promise<number>((resolve) => {
    socket.on("open", () => {
      socket.send('{"type":"hello"}');
      resolve(101);
    });
    socket.on("unexpected-response", (_, answer) => resolve(answer.statusCode ?? 0));
    socket.on("error", () => resolve(0));
  });
  return {
    ...told,
    opened,
    say: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    close: () => socket.close(1000),
    drop: () => socket.terminate(),
  };
}
