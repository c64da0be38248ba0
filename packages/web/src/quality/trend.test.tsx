// @vitest-environment happy-dom
import { render, screen } from "@solidjs/testing-library";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DomainError } from "@gridfolk/core/error";
import type { Sheet } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import type { PastWorkspace, Workspace } from "../data/workspace.ts";
import { Trend } from "./trend.tsx";

const WEEK_MS = 7 * 86_400_000;
const SHEET: Sheet = {
  key: "contacts",
  name: "Contacts",
  title: ["name"],
  position: 1,
  fields: [
    { key: "name", name: "Name", type: "text" },
    { key: "no", name: "No.", type: "text", required: true },
  ],
};

/** A record each for every "whole" in the list; the others have no number. `weeks` ago each was written. */
function workbook(records: readonly { weeks: number; whole: boolean }[]): Workbook.Workbook {
  const made = Workbook.empty("w1", "e");
  const table = Workbook.addTable(made, SHEET);
  const stamps = records.map(({ weeks }, at) => {
    const stamp = Workbook.stampNumber(at + 1, 0);
    made.stamps.set(stamp, { at: Date.now() - weeks * WEEK_MS, actor: "u1" });
    return stamp;
  });
  const zeros = records.map(() => 0);
  Workbook.addRecords(table, {
    ids: records.map((_, at) => `r${at}`),
    created: stamps,
    updated: stamps,
    deleted: zeros,
    shared: zeros,
    fields: {
      name: records.map((_, at) => `N${at}`),
      no: records.map(({ whole }, at) => (whole ? `K${at}` : null)),
    },
  });
  return made;
}

const all = [
  { weeks: 3.5, whole: false },
  { weeks: 2.5, whole: true },
  { weeks: 0.5, whole: true },
  { weeks: 0.5, whole: true },
];
const asked: number[] = [];
const workspace = {
  id: "w1",
  workbook: workbook(all),
  past: (seq: number) => {
    asked.push(seq);
    if (seq < 1) return Promise.reject(new DomainError("not-found", "no"));
    return Promise.resolve({
      workbook: workbook(all.slice(0, seq)),
      close: () => {},
    } as PastWorkspace);
  },
} as unknown as Workspace;

/** As the log has it: every record was one change. */
const seqAt = (at: number) =>
  Promise.resolve(
    all.filter(({ weeks }) => Date.now() - weeks * WEEK_MS <= at).length || undefined,
  );

beforeEach(() => {
  localStorage.clear();
  asked.length = 0;
});
afterEach(() => localStorage.clear());

test("the score is that of the sheet as it was then, and a former score is looked up once", async () => {
  const first = render(() => (
    <Trend workspace={workspace} sheet="contacts" now={75} seqAt={seqAt} />
  ));
  const words = async () =>
    (await screen.findByRole("list", { name: "The score over time" })).textContent;
  await expect.poll(words).toBe("03 weeks ago502 weeks ago501 week ago75now");
  const looked = asked.length;
  expect(looked).toBeGreaterThan(1);
  first.unmount();
  const second = render(() => (
    <Trend workspace={workspace} sheet="contacts" now={75} seqAt={seqAt} />
  ));
  await expect.poll(words).toBe("03 weeks ago502 weeks ago501 week ago75now");
  expect(asked.length).toBe(looked);
  second.unmount();
});

test("a workspace of today has no past to show", () => {
  const fresh = { ...workspace, workbook: workbook([{ weeks: 0, whole: true }]) } as Workspace;
  const { container, unmount } = render(() => (
    <Trend workspace={fresh} sheet="contacts" now={100} seqAt={() => Promise.resolve(undefined)} />
  ));
  expect(container.textContent).toBe("");
  unmount();
});

test("what was changed again since is judged as it was between: the log says which change was the last then", async () => {
  // All was written anew half a week ago, so no record tells of the weeks before.
  const anew = { ...workspace, workbook: workbook(all.map((one) => ({ ...one, weeks: 0.5 }))) };
  const { unmount } = render(() => (
    <Trend workspace={anew as Workspace} sheet="contacts" now={75} seqAt={seqAt} />
  ));
  await expect
    .poll(async () => (await screen.findByRole("list")).textContent)
    .toBe("03 weeks ago502 weeks ago501 week ago75now");
  unmount();
});

test("without a network the score of now stands alone", async () => {
  const { container, unmount } = render(() => (
    <Trend
      workspace={workspace}
      sheet="contacts"
      now={75}
      seqAt={() => Promise.reject(new Error("offline"))}
    />
  ));
  await Promise.resolve();
  expect(container.textContent).toBe("");
  unmount();
});
