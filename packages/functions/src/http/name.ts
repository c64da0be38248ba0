import * as v from "valibot";

/** What people call something: one line of text that survives every file format. */
export function nameOf(max: number) {
  return v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty("a name is needed"),
    v.maxLength(max),
    v.check(
      (text) => !/\p{Cc}|\p{Surrogate}/u.test(text),
      "a name has no line breaks, control characters or halves of characters",
    ),
  );
}
