import { randomBytes } from "node:crypto";
import * as Role from "@gridfolk/core/access/role";
import { colorAt, PALETTE } from "@gridfolk/core/field/palette";
import type { Changes, Ledger } from "@gridfolk/core/ledger/ledger";
import type { Platform } from "@gridfolk/core/platform";
import type { Log } from "../log/log.ts";
import * as Message from "./message.ts";

/** One open socket, however it is carried. */
export interface Socket {
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** What the carrier of a socket tells the hub. */
export interface Connection {
  receive(text: string): void;
  leave(): void;
}

export interface Hub {
  /** A socket of a member opened; the caller has checked that. Answers once `hello` is sent. */
  join(
    workspace: string,
    who: { readonly user: string; readonly name: string },
    socket: Socket,
  ): Promise<Connection>;
  /** Something was committed: everybody in the workspace hears of it at once. */
  wake(workspace: string): Promise<void>;
  /** Ends every connection: the server stops. */
  close(): void;
}

export const CLOSE = { goingAway: 1001, notUnderstood: 1008, removed: 4403 } as const;

const PRESENCE_MS = 250;

interface Member {
  readonly socket: Socket;
  person: Message.Person;
}

interface Room {
  readonly workspace: string;
  readonly members: Set<Member>;
  readonly epoch: string;
  /** Everything up to here was sent, or was in the log before the room opened. */
  sent: number;
  sending: Promise<void> | undefined;
  again: boolean;
  presenceDue: boolean;
}

/**
 * Who is connected to this process, and what they hear. It keeps no queue: what it sends is read from the log, so a
 * wake-up that is lost or comes twice changes nothing, and a browser that misses a message sees the gap and fetches.
 */
export function createHub(deps: {
  readonly ledger: Ledger;
  readonly platform: Platform;
  readonly log: Log;
}): Hub {
  const rooms = new Map<string, Room>();

  async function roomOf(workspace: string): Promise<Room> {
    const workbook = await deps.ledger.read(workspace);
    const known = rooms.get(workspace);
    if (known !== undefined && known.epoch === workbook.epoch) return known;
    const room: Room = {
      workspace,
      members: new Set(),
      epoch: workbook.epoch,
      sent: workbook.seq,
      sending: undefined,
      again: false,
      presenceDue: false,
    };
    rooms.set(workspace, room);
    return room;
  }

  function broadcast(room: Room, message: Message.FromServer): void {
    const text = JSON.stringify(message);
    for (const member of room.members) member.socket.send(text);
  }

  function presence(room: Room): void {
    if (room.presenceDue) return;
    room.presenceDue = true;
    void deps.platform.clock.sleep(PRESENCE_MS).then(() => {
      room.presenceDue = false;
      broadcast(room, { type: "presence", people: [...room.members].map(({ person }) => person) });
    });
  }

  function colorFor(room: Room, user: string): string {
    const people = [...room.members].map(({ person }) => person);
    const own = people.find((person) => person.user === user)?.color;
    if (own !== undefined) return own;
    const taken = new Set(people.map(({ color }) => color));
    const start = Array.from(user).reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
    const order = PALETTE.map((_, index) => colorAt(start + index));
    return order.find((color) => !taken.has(color)) ?? colorAt(start);
  }

  async function send(room: Room): Promise<void> {
    const start = room.sent + 1;
    const changesets: string[] = [];
    do {
      room.again = false;
      let changes: Changes;
      do {
        changes = await deps.ledger.changes(room.workspace, room.sent, { epoch: room.epoch });
        if (changes.to < changes.from) break;
        const { epoch, from, to, heads } = changes;
        const bare = { type: "changes", epoch, from, to } as const;
        const whole = JSON.stringify({ ...bare, heads });
        const text =
          Buffer.byteLength(whole) <= Message.MAX_MESSAGE_BYTES ? whole : JSON.stringify(bare);
        if (touchesMembers(changes)) await dismiss(room);
        for (const member of room.members) member.socket.send(text);
        room.sent = to;
        changesets.push(...heads.flatMap((head) => head.changesets.map(({ id }) => id)));
        const lagMs = Math.max(0, deps.platform.clock.now() - (heads.at(-1)?.at ?? 0));
        deps.log.note({ from: start, to, changesets, told: room.members.size, lagMs });
      } while (changes.more);
    } while (room.again);
    if (changesets.length === 0) deps.log.quiet();
  }

  /** Ends the connections of those who are no longer members. */
  async function dismiss(room: Room): Promise<void> {
    const workbook = await deps.ledger.read(room.workspace);
    for (const member of room.members) {
      if (Role.roleOf(workbook, member.person.user) !== undefined) continue;
      member.socket.send(JSON.stringify({ type: "removed" } satisfies Message.FromServer));
      member.socket.close(CLOSE.removed, "no longer a member");
      room.members.delete(member);
    }
    presence(room);
  }

  return {
    async join(workspace, who, socket) {
      const room = await roomOf(workspace);
      const connection = randomBytes(8).toString("hex");
      const person = {
        connection,
        user: who.user,
        name: who.name,
        color: colorFor(room, who.user),
      };
      const member: Member = { socket, person };
      room.members.add(member);
      const hello: Message.FromServer = {
        type: "hello",
        epoch: room.epoch,
        seq: room.sent,
        connection,
      };
      socket.send(JSON.stringify(hello));
      presence(room);
      return {
        receive(text) {
          const message = Message.parse(text);
          if (message === undefined) {
            socket.close(CLOSE.notUnderstood, "not a message of this protocol");
            return;
          }
          if (message.type === "ping") {
            socket.send(JSON.stringify({ type: "pong" } satisfies Message.FromServer));
            return;
          }
          const { type: _, ...place } = message;
          member.person = { ...person, ...place };
          presence(room);
        },
        leave() {
          if (!room.members.delete(member)) return;
          if (room.members.size === 0 && rooms.get(workspace) === room) rooms.delete(workspace);
          else presence(room);
        },
      };
    },

    async wake(workspace) {
      const room = rooms.get(workspace);
      if (room === undefined) return;
      room.again = true;
      room.sending ??= deps.log
        .work("react", { reactor: "live", workspace }, () => send(room))
        // Said already; the next commit or a browser's own look makes up for it.
        .catch(() => undefined)
        .finally(() => {
          room.sending = undefined;
        });
      await room.sending;
    },

    close() {
      for (const room of rooms.values()) {
        for (const { socket } of room.members) socket.close(CLOSE.goingAway, "the server stops");
      }
      rooms.clear();
    },
  };
}

function touchesMembers(changes: Changes): boolean {
  return changes.heads.some(({ changesets }) =>
    changesets.some(
      ({ operations }) =>
        operations === undefined ||
        operations.some((operation) => "sheet" in operation && operation.sheet === "_members"),
    ),
  );
}
