import { expect, test } from "vitest";
import { once } from "./once.ts";

test("is made once for all who ask, and again after it failed", async () => {
  let made = 0;
  const get = once(async () => {
    made += 1;
    if (made === 1) throw new Error("not yet");
    return made;
  });
  const both = await Promise.allSettled([get(), get()]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await Promise.all([get(), get()])).toEqual([2, 2]);
  expect(await get()).toBe(2);
});
