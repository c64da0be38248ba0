import * as v from "valibot";

/** A setting's value when it is there; empty text counts as absent. */
type Variables = Readonly<Record<string, string | undefined>>;

/** scheme://host:port of an address, as an Origin header has it. */
export const origin = v.pipe(
  v.string(),
  v.url(),
  v.check((text) => /^https?:\/\//.test(text), "must start with http:// or https://"),
  v.transform((text) => new URL(text).origin),
);
export const endpoint = v.pipe(v.string(), v.url());
export const text = v.pipe(v.string(), v.nonEmpty());
export const tableName = v.pipe(v.string(), v.regex(/^[\w.-]{3,255}$/));
/** What signs sessions and links. */
export const secret = v.pipe(v.string(), v.minLength(32));
export const signUp = v.picklist(["open", "invite"]);

/** Reads settings from the environment. Throws an Error that names every one that is missing or cannot be used. */
export function readSettings<Entries extends v.ObjectEntries>(
  schema: v.ObjectSchema<Entries, undefined>,
  variables: Variables,
): v.InferOutput<v.ObjectSchema<Entries, undefined>> {
  const given = Object.fromEntries(
    Object.keys(schema.entries)
      .filter((name) => variables[name] !== undefined && variables[name] !== "")
      .map((name) => [name, variables[name]]),
  );
  const parsed = v.safeParse(schema, given);
  if (parsed.success) return parsed.output;
  const reasons = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? ""}: ${issue.message}`);
  throw new Error(`Settings that cannot be used:\n  ${reasons.join("\n  ")}`);
}
