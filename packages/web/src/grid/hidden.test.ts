import { expect, test } from "vitest";
import type { Field } from "@gridfolk/core/field/field";
import { hiddenAmong } from "./hidden.ts";

const all = [..."abcdefg"].map((key): Field => ({ key, name: key, type: "text" }));
const of = (keys: string) => all.filter(({ key }) => keys.includes(key));

test("hidden columns are found among the selected ones and beside them, not further off", () => {
  expect(hiddenAmong(all, ["a", "c", "f", "g"], of("bd"))).toEqual(["a", "c"]);
  expect(hiddenAmong(all, ["a", "c", "f", "g"], of("e"))).toEqual(["f", "g"]);
  expect(hiddenAmong(all, ["a"], of("e"))).toEqual([]);
  expect(hiddenAmong(all, ["a"], [])).toEqual([]);
});
