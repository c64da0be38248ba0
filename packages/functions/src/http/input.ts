import { DomainError } from "@gridfolk/core/error";
import { validator } from "hono-openapi";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ValidationTargets } from "hono";
import { isJson } from "./json.ts";

const places: Partial<Record<keyof ValidationTargets, string>> = {
  json: "The body does not have the shape this needs",
  query: "The query does not have the shape this needs",
  param: "The address does not have the shape this needs",
};

/**
 * Reads one part of a request by a schema, once, and describes it in the OpenAPI document. What does not fit is a 400
 * that names every place.
 */
export function input<Schema extends StandardSchemaV1, Target extends keyof ValidationTargets>(
  target: Target,
  schema: Schema,
) {
  return validator(target, schema, (result, c) => {
    if (result.success) return;
    if (target === "json" && !isJson(c.req.header("content-type"))) {
      throw new DomainError(
        "malformed",
        "The body is read as JSON. Send it with the header Content-Type: application/json.",
      );
    }
    const errors = result.error.map((issue) => ({
      path: pointer(issue.path ?? []),
      message: issue.message,
    }));
    const first = errors[0];
    throw new DomainError(
      "malformed",
      `${places[target] ?? "The request cannot be read"}${first === undefined ? "" : `: ${first.path === "" ? "" : `${first.path}: `}${first.message}`}.`,
      { errors: errors.slice(0, 100) },
    );
  });
}

/** A JSON pointer to where an issue is. */
function pointer(path: readonly (PropertyKey | { readonly key: PropertyKey })[]): string {
  return path
    .map((segment) => `/${String(typeof segment === "object" ? segment.key : segment)}`)
    .join("");
}
