import type { Duplex } from "node:stream";

/**
 * Watches what a browser sends on an upgraded socket and says once when a single frame is longer than that. `ws` only bounds
 * whole messages.
 */
export function limitFrames(socket: Duplex, maxBytes: number, tooLong: () => void): void {
  const reader = frameReader((length) => {
    if (length <= maxBytes) return;
    socket.off("data", reader);
    tooLong();
  });
  socket.on("data", reader);
}

/** Takes the bytes of a connection as they come and says the payload's length of every frame. */
export function frameReader(onFrame: (length: number) => void): (chunk: Buffer) => void {
  let held = Buffer.alloc(0);
  let skip = 0;
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const skipped = Math.min(skip, held.length);
      held = held.subarray(skipped);
      skip -= skipped;
      if (skip > 0 || held.length < 2) return;
      const second = held.readUInt8(1);
      const short = second & 0x7f;
      const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
      if (held.length < 2 + extended) return;
      const length =
        extended === 2
          ? held.readUInt16BE(2)
          : extended === 8
            ? Number(held.readBigUInt64BE(2))
            : short;
      skip = 2 + extended + (second & 0x80 ? 4 : 0) + length;
      onFrame(length);
    }
  };
}
