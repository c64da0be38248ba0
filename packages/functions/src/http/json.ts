import { DomainError } from "@gridfolk/core/error";
import { createMiddleware } from "hono/factory";
import { bodyOf } from "./body.ts";
import type { AppEnv } from "./context.ts";

/** Nothing that is sent here nests deeper than a filter in a view. */
const DEEPEST = 64;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Refuses JSON that would be changed or break something when it is read: bytes that are no UTF-8, and nesting so deep that
 * whatever walks through it runs out of stack.
 */
export const soundJson = createMiddleware<AppEnv>(async (c, next) => {
  const { method } = c.req;
  if (method !== "GET" && method !== "HEAD" && isJson(c.req.header("content-type"))) {
    const bytes = await bodyOf(c);
    let text: string;
    try {
      text = utf8.decode(bytes);
    } catch (cause) {
      throw new DomainError("malformed", "The body is not UTF-8.", { cause });
    }
    if (isTooDeep(text)) {
      throw new DomainError("malformed", `The body nests deeper than ${DEEPEST} levels.`);
    }
    // Whoever reads it as JSON need not decode it again. Hono keeps promises there, whatever its type says.
    c.req.bodyCache.text = Promise.resolve(text) as unknown as string;
  }
  await next();
});

export function isJson(contentType: string | undefined): boolean {
  return /^application\/([a-z-.]+\+)?json\b/i.test(contentType ?? "");
}

/** Counts brackets that stand outside strings. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === BRACKET || code === BRACE) {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (code === BRACKET_END || code === BRACE_END) depth -= 1;
  }
  return false;
}

const QUOTE = 34;
const BRACKET = 91;
const BACKSLASH = 92;
const BRACKET_END = 93;
const BRACE = 123;
const BRACE_END = 125;
