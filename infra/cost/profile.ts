import type { Usage } from "./usage.ts";

/** What people and the clock do, as far as it costs something. */
export const ACTS = [
  /** The page, the session, the socket, what is new; but not the rows. */
  "open",
  /** All rows of the workspace, fetched by a browser that has none of them, or too old ones. */
  "rows",
  /** One cell, with all that follows it but a snapshot. */
  "edit",
  /** A change that a page fetches later, because nobody looked when it was made. */
  "editSeen",
  /** A file through the wizard, whose browser has the rows. */
  "import",
  /** An import that a page fetches, when it is made or later. */
  "importSeen",
  /** A question to the server about a whole sheet. */
  "report",
  /** A whole sheet as CSV. */
  "export",
  /** A page is left and, after a while, looked at again. */
  "look",
  /** A page says where its person is. */
  "move",
  /** By a page that somebody looks at. */
  "ping",
  /** The same by one that nobody looks at: nothing is answered. */
  "beat",
  /** A socket is closed and another one opened. */
  "reconnect",
  /** A snapshot of a workspace all of whose pages were touched. */
  "snapshot",
  /** A run of the schedule, for one workspace. */
  "tick",
  /** A new instance each of api, live and react, the first two of which read what they need, all rows at the most. */
  "start",
] as const;

export type ActName = (typeof ACTS)[number];

/** What one act uses. */
export interface Act {
  readonly each: Usage;
  /** More of it for every thousand rows of the workspace. */
  readonly perThousandRows?: Usage;
  /** More of it for every page that somebody else looks at. */
  readonly perLooker?: Usage;
  /** More of it for every row that is imported. */
  readonly perImportRow?: Usage;
}

/** What `npm run bench -- day --write=1` has measured. */
export interface Profile {
  readonly measured: {
    readonly at: string;
    readonly machine: string;
    readonly engine: string;
    /** Sizes of the workspaces it was measured with; what lies beyond is drawn on in a straight line. */
    readonly rows: readonly number[];
  };
  /** Of the functions, in MB. */
  readonly memoryMb: Readonly<Record<string, number>>;
  /** Seconds between two pings, minutes a socket lives, seconds between two words about where somebody is. */
  readonly pace: {
    readonly pingS: number;
    readonly socketMinutes: number;
    readonly placeS: number;
  };
  readonly acts: Readonly<Record<ActName, Act>>;
  /** When a snapshot is due (core/ledger/compaction.ts), and what of it an act makes. */
  readonly snapshots: {
    readonly dueHeads: number;
    readonly dueBytes: number;
    readonly leastBytes: number;
    readonly editBytes: number;
    readonly importRowBytes: number;
    /** Of the pages that a snapshot writes again. */
    readonly rowBytes: number;
  };
  /** When a browser gives up what it keeps for newer pages (web/data/kept.ts), and what of it an act makes: characters. */
  readonly kept: {
    readonly mostHeads: number;
    readonly leastText: number;
    /** As much as the pages of a row allow for. */
    readonly textPerRow: number;
    readonly editText: number;
    readonly importRowText: number;
  };
  /** Bytes in the table. */
  readonly stored: {
    readonly row: number;
    readonly edit: number;
    readonly importRow: number;
  };
}
