import { describe, expect, test } from "vitest";
import { guessLocale } from "./region.ts";

describe("guessLocale", () => {
  test("takes language, zone, currency and country from the browser", () => {
    expect(guessLocale(["de-DE", "en"], "Europe/Berlin")).toEqual({
      locale: "de-DE",
      timeZone: "Europe/Berlin",
      currency: "EUR",
      country: "DE",
    });
  });

  test("believes the clock over the language: an English browser in London pays in pounds", () => {
    expect(guessLocale(["en-US"], "Europe/London")).toMatchObject({
      locale: "en-US",
      currency: "GBP",
      country: "GB",
    });
  });

  test("gives a bare language the region of the clock", () => {
    expect(guessLocale(["de"], "Europe/Zurich")).toMatchObject({
      locale: "de-CH",
      currency: "CHF",
    });
  });

  test("falls back to the language where the clock says nothing", () => {
    expect(guessLocale(["not a tag", "ja"], "UTC")).toMatchObject({
      locale: "ja-JP",
      currency: "JPY",
      country: "JP",
    });
    expect(guessLocale([], "")).toEqual({
      locale: "en-US",
      timeZone: "UTC",
      currency: "USD",
      country: "US",
    });
  });
});
