import { expect, test } from "vitest";
import { readRemarks } from "./remarks.ts";

const NOTES = `<comments xmlns="x"><authors><author>Olivia Office</author><author/></authors><commentList>
  <comment ref="C3" authorId="0"><text><r><rPr><b/></rPr><t>Olivia Office:</t></r><r><t xml:space="preserve">
Ask &amp; wait</t></r></text></comment>
  <comment ref="A2" authorId="1"><text><t>Plain</t></text></comment>
  <comment ref="B2" authorId="1"><text><t>[Threaded comment] Your version of Excel …</t></text></comment>
  <comment ref="D4" authorId="1"><text><t> </t></text></comment>
</commentList></comments>`;
const THREADS = `<ThreadedComments xmlns="y">
  <threadedComment ref="B2" dT="2026-01-01T00:00:00.00" id="{1}"><text>Is she back?</text></threadedComment>
  <threadedComment ref="B2" id="{2}" parentId="{1}"><text>Yes &lt;today&gt;</text></threadedComment>
</ThreadedComments>`;

test("notes lose their author's name, threads are told as a whole and once, blank ones not at all", () => {
  expect(readRemarks([NOTES], [THREADS])).toEqual([
    { row: 1, column: 0, text: "Plain" },
    { row: 1, column: 1, text: "Is she back?\nYes <today>" },
    { row: 2, column: 2, text: "Ask & wait" },
  ]);
});
