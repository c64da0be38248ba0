import * as v from "valibot";
import { endpoint, origin, readSettings, secret, signUp, tableName, text } from "./setting.ts";

const port = v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.maxValue(65_535));
/** Every setting the server reads from its environment, with the defaults of a machine that has set none. */
export const Environment = v.object({
  PORT: v.optional(port, "3000"),
  HOST: v.optional(text, "localhost"),
  DATA_DIR: v.optional(text, ".data"),
  /** Another engine than the embedded one. */
  DYNAMODB_ENDPOINT: v.optional(endpoint),
  TABLE_NAME: v.optional(tableName, "gridfolk"),
  /** How browsers reach this server when that is not how it is bound: behind a proxy, on AWS. */
  PUBLIC_URL: v.optional(origin),
  /** true: a proxy in front names the client in X-Forwarded-For; else that header is anybody's word. */
  TRUST_PROXY: v.optional(v.picklist(["true", "false"]), "false"),
  /** Signs sessions and links. Made and kept in DATA_DIR when absent. */
  AUTH_SECRET: v.optional(secret),
  SIGNUP: v.optional(signUp, "open"),
  /** With SIGNUP=invite: what the very first account must bring along. */
  SIGNUP_TOKEN: v.optional(v.pipe(v.string(), v.minLength(16))),
  /** fsync: on disk before it is acknowledged. os: handed to the operating system. */
  DURABILITY: v.optional(v.picklist(["fsync", "os"]), "fsync"),
  /** What goes to standard output: one line a request, or only what went wrong. */
  LOG: v.optional(v.picklist(["requests", "errors"]), "requests"),
});

export type Environment = v.InferOutput<typeof Environment>;

/** Reads the settings; an empty one counts as absent. Throws an Error that names every setting that cannot be used. */
export function read(variables: Readonly<Record<string, string | undefined>>): Environment {
  return readSettings(Environment, variables);
}
