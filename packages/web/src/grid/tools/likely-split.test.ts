import { describe, expect, it } from "vitest";
import { likelySplit } from "./likely-split.ts";

describe("the likely split of a column", () => {
  it("goes by the sign that most values have", () => {
    expect(likelySplit("Notes", ["a; b", "c; d", "e"])).toMatchObject({ delimiter: ";" });
    expect(likelySplit("Notes", ["one", "two"])).toMatchObject({ by: "delimiter", delimiter: "," });
  });

  it("knows names and addresses by what the column is called", () => {
    expect(likelySplit("Full name", ["Ada Lovelace", "Hopper, Grace"])).toEqual({ by: "name" });
    expect(likelySplit("Name", ["a;b", "c;d"])).toMatchObject({ by: "delimiter" });
    expect(likelySplit("First name", ["Ada Ann", "Bea Lu"])).toMatchObject({ by: "delimiter" });
    expect(likelySplit("Billing address", ["1 Way, Bonn"])).toEqual({ by: "address" });
    expect(likelySplit("E-mail address", ["a@b.io"])).toMatchObject({ by: "delimiter" });
  });
});
