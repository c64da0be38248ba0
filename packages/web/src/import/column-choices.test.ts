import { createRoot, createSignal } from "solid-js";
import { expect, test } from "vitest";
import type { Field, Sheet } from "@gridfolk/core/field/field";
import type { Mapping } from "@gridfolk/core/import/mapping";
import { createColumnChoices } from "./column-choices.ts";
import type { MappingView } from "./messages.ts";

const choice = (key: string, ...names: string[]): Field => ({
  key,
  name: key,
  type: "choice",
  options: names.map((name) => ({ name, color: "gray" })),
});
const deals: Sheet = {
  key: "deals",
  name: "Deals",
  title: ["name"],
  position: 1,
  fields: [choice("stage", "Lead", "Won", "Lost"), choice("source", "Web")],
};

/** One column “Status” with four texts, which nothing is known about yet. */
function choices() {
  const values = ["Closed won", "Parked", "Lead", "n/a"].map((text, at) => ({
    text,
    rows: 1,
    first: at + 1,
  }));
  const start: Mapping = {
    sheet: "deals",
    columns: [{ column: 0, name: "Status", target: { kind: "skip" }, confidence: 1, reason: "" }],
  };
  const [mapping, setMapping] = createSignal<Mapping | undefined>(start);
  const view = {
    sheets: [deals],
    mapping: start,
    columns: [
      {
        name: "Status",
        samples: [],
        filled: 4,
        type: "text",
        evidence: "",
        placeholders: [],
        values,
      },
    ],
  } as unknown as MappingView;
  return createRoot(() => ({
    mapping: () => mapping()!.columns[0]!,
    ...createColumnChoices({
      mapping,
      setMapping: (next) => setMapping(next),
      proposal: () => view,
      sheet: () => deals,
      onTarget: () => undefined,
      onAnswer: () => undefined,
    }),
  }));
}

test("a column that is sent to stages asks what they mean, but for those that have a nearest one", () => {
  const one = choices();
  expect(one.openQuestions()).toEqual([]);
  one.setTarget(0, { kind: "field", field: "stage" });
  expect(one.mapping().meant).toEqual({ "Closed won": "Won" });
  expect(one.unknownOf(0).map(({ text }) => text)).toEqual(["Closed won", "Parked"]);
  expect(one.openQuestions()).toEqual([{ asks: "Say first what “Parked” in “Status” means." }]);
  one.setMeant(0, { Parked: null });
  expect(one.openQuestions()).toEqual([]);
  one.setMeant(0, { Parked: undefined });
  expect(one.openQuestions()).toHaveLength(1);
});

test("a column that goes elsewhere asks nothing more, and forgets what was said", () => {
  const one = choices();
  one.setTarget(0, { kind: "field", field: "stage" });
  one.setAdds(0, ["Signed"]);
  expect(one.mapping().adds).toEqual(["Signed"]);
  one.setTarget(0, { kind: "field", field: "source" });
  expect(one.mapping()).not.toHaveProperty("meant");
  expect(one.mapping()).not.toHaveProperty("adds");
  expect(one.openQuestions()).toEqual([]);
  expect(one.unknownOf(0).map(({ text }) => text)).toEqual(["Closed won", "Parked", "Lead"]);
});
