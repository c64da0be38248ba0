/** What carries messages to open WebSockets: API Gateway, or the sockets of this process. Connections are known by id. */
export interface Carrier {
  /**
   * Hands over a message; whoever receives two in a row gets them in that order. "gone" when there is no such connection any
   * more. Rejects when that cannot be told: the message may or may not have arrived.
   */
  post(connection: string, text: string): Promise<"sent" | "gone">;
  /** Ends a connection, if there still is one. API Gateway does not pass on the reason. */
  disconnect(connection: string, close: Close): Promise<void>;
}

export interface Close {
  readonly code: number;
  readonly reason: string;
}

export const CLOSE = {
  goingAway: { code: 1001, reason: "the server stops" },
  textOnly: { code: 1003, reason: "text only" },
  notUnderstood: { code: 1008, reason: "not a message of this protocol" },
  tooLarge: { code: 1009, reason: "a message holds at most 32 kB" },
  tryAgain: { code: 1011, reason: "try again" },
  removed: { code: 4403, reason: "no longer a member" },
} as const satisfies Record<string, Close>;
