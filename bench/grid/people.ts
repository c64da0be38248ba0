import * as Ids from "@gridfolk/core/ledger/ids";
import { nodePlatform } from "@gridfolk/functions/platform";
import type { Page } from "playwright-core";
import { Api } from "../../packages/web/e2e/product.ts";
import type { Bench } from "../harness.ts";
import { setCell } from "../server.ts";
import type { Pages } from "./pages.ts";

const PEOPLE = 10;
const EDITS_A_SECOND = 5;
const LONG_MS = 50;

/** Ten people edit the rows that somebody looks at: frames that take too long in front of whoever looks. */
export async function people(run: Bench, pages: Pages): Promise<void> {
  const { api, page, workspace, many } = pages;
  const seconds = run.option("seconds", 10);
  const { records } = await api.call<{ records: { id: string }[] }>(
    "GET",
    `/api/workspaces/${workspace}/sheets/contacts/records?limit=200`,
  );
  const ids = records.map(({ id }) => id);
  const colleagues: Api[] = [];
  for (let n = 0; n < PEOPLE; n++) colleagues.push(await join(pages, n));

  const quiet = await framesWhile(page, () => page.waitForTimeout(3000));
  let edits = 0;
  const busy = await framesWhile(page, async () => {
    const end = performance.now() + seconds * 1000;
    await Promise.all(
      colleagues.map(async (colleague, person) => {
        for (let n = 0; performance.now() < end; n++) {
          const next = performance.now() + 1000 / EDITS_A_SECOND;
          // Every other one on the screen.
          const at = n % 2 === 0 ? (n * 7 + person * 3) % 20 : (n * 13 + person * 19) % 200;
          const id = ids[at] ?? Ids.newId(nodePlatform);
          await setCell(colleague, workspace, {
            sheet: "contacts",
            id,
            field: n % 3 === 0 ? "lastName" : "title",
            value: `Person ${person} edit ${n}`,
            base: 0,
          });
          edits++;
          await new Promise((resolve) => setTimeout(resolve, next - performance.now()));
        }
      }),
    );
  });
  const share = (frames: readonly number[]) =>
    (frames.filter((ms) => ms > LONG_MS).length * 100) / frames.length;
  run.report({
    work: `${PEOPLE} people editing ${EDITS_A_SECOND} cells a second each among ${many} rows: frames of whoever watches longer than ${LONG_MS} ms`,
    unit: "%",
    samples: [share(busy)],
    target: { most: 1 },
    note: `${busy.length} frames, ${edits} edits in ${seconds} s; the longest ${Math.round(Math.max(...busy))} ms; without edits ${share(quiet).toFixed(1)} % of ${quiet.length}`,
  });
}

async function join({ api, product, workspace }: Pages, number: number): Promise<Api> {
  const email = `colleague${number}@acme.test`;
  const colleague = await Api.signUp(product.url, `Colleague ${number}`, email);
  const { link } = await api.call<{ link: string }>(
    "POST",
    `/api/workspaces/${workspace}/members`,
    { email, role: "member" },
  );
  await colleague.call("POST", `/api/invitations/${link.split("/").at(-1)}/accept`);
  return colleague;
}

/** The time between each two frames. */
async function framesWhile(page: Page, act: () => Promise<unknown>): Promise<number[]> {
  await page.evaluate(() => {
    const frames: number[] = [];
    const seen = { frames, on: true };
    Object.assign(window, { seen });
    const note = (at: number): void => {
      frames.push(at);
      if (seen.on) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  await act();
  const frames = await page.evaluate(() => {
    const { seen } = window as unknown as { seen: { frames: number[]; on: boolean } };
    seen.on = false;
    return seen.frames;
  });
  return frames.slice(1).map((at, index) => at - (frames[index] ?? at));
}
