import axe from "axe-core";
import type { Page } from "playwright-core";

interface Found {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/**
 * What axe finds wrong with the page as it is now, each with the elements it is about: every rule in the colours it is
 * shown in, contrast in the others as well. Nothing is left out, neither by how grave it is nor by where it stands.
 */
export async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const isDark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
  const shown = await run(page, undefined);
  await page.emulateMedia({ colorScheme: isDark ? "light" : "dark" });
  const other = await run(page, "color-contrast");
  await page.emulateMedia({ colorScheme: isDark ? "dark" : "light" });
  return [...words(shown, ""), ...words(other, isDark ? " in light colours" : " in dark colours")];
}

/** Once everything that moves has come to rest: what fades has the contrast of neither end on the way. */
async function run(page: Page, rule: string | undefined): Promise<readonly Found[]> {
  return page.evaluate(async (only) => {
    const ends = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(ends.map(({ finished }) => finished));
    const { axe: checker } = window as unknown as { axe: typeof axe };
    const found = await checker.run(document, {
      resultTypes: ["violations"],
      ...(only === undefined ? {} : { runOnly: only }),
    });
    return found.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html }) => ({ html })),
    }));
  }, rule);
}

function words(found: readonly Found[], where: string): string[] {
  return found.map(
    ({ id, nodes }) => `${id}${where}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`,
  );
}
