import { expect, test } from "vitest";
import * as Environment from "./env.ts";

test("read has a default for every setting a newcomer has not made", () => {
  expect(Environment.read({})).toEqual({
    PORT: 3000,
    HOST: "localhost",
    DATA_DIR: ".data",
    TABLE_NAME: "gridfolk",
    TRUST_PROXY: "false",
    SIGNUP: "open",
    DURABILITY: "fsync",
    LOG: "requests",
  });
});

test("read takes an empty setting as none", () => {
  expect(Environment.read({ PORT: "", AUTH_SECRET: "" }).PORT).toBe(3000);
});

test("read keeps of PUBLIC_URL what an Origin header has", () => {
  expect(Environment.read({ PUBLIC_URL: "https://crm.example.com/x" }).PUBLIC_URL).toBe(
    "https://crm.example.com",
  );
});

test("read names every setting that cannot be used", () => {
  const read = () => Environment.read({ PORT: "99999", SIGNUP: "maybe", PUBLIC_URL: "crm" });
  expect(read).toThrow(/PORT:[^]*PUBLIC_URL:[^]*SIGNUP:/);
});
