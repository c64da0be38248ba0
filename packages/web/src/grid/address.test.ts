import { expect, test } from "vitest";
import { addressOf } from "./address.ts";

const field = (type: "email" | "phone" | "url" | "text") => ({ key: "f", name: "F", type });

test("addresses lead where their type says", () => {
  expect(addressOf(field("email"), "a@b.co")).toBe("mailto:a@b.co");
  expect(addressOf(field("phone"), "+14155552671 (415) 555-2671")).toBe("tel:+14155552671");
  expect(addressOf(field("url"), "gridfolk.dev/a")).toBe("https://gridfolk.dev/a");
  expect(addressOf(field("text"), "gridfolk.dev")).toBeUndefined();
});

test("a URL that could run code leads nowhere", () => {
  expect(addressOf(field("url"), "javascript:alert(1)")).toBeUndefined();
  expect(addressOf(field("url"), "data:text/html,x")).toBeUndefined();
});
