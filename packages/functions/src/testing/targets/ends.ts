import { onTestFinished } from "vitest";

const pending: (() => Promise<void>)[] = [];

/** Ends something with the test that is running, or with the file when it is made for all of its tests. */
export function whenDone(end: () => Promise<void>): void {
  try {
    onTestFinished(end);
  } catch {
    pending.push(end);
  }
}

/** For the project's setup file. */
export async function endAll(): Promise<void> {
  await Promise.all(pending.splice(0).map((end) => end()));
}
