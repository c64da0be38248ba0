/** Who holds the lock calls this with what to run next; the lock is free before that runs. */
export type Release = <Args extends unknown[]>(
  then: (...args: Args) => void,
) => (...args: Args) => void;

/** One holder per key at a time, in the order asked. dynalite's own form: `lock(key, (release) => …)`. */
export function createLock(): (key: string, work: (release: Release) => void) => void {
  const waiting = new Map<string, ((release: Release) => void)[]>();

  function run(key: string, work: (release: Release) => void): void {
    let held = true;
    work((then) => (...args) => {
      if (held) {
        held = false;
        const next = waiting.get(key)?.shift();
        if (next === undefined) waiting.delete(key);
        else setImmediate(run, key, next);
      }
      then(...args);
    });
  }

  return (key, work) => {
    const queue = waiting.get(key);
    if (queue !== undefined) {
      queue.push(work);
      return;
    }
    waiting.set(key, []);
    run(key, work);
  };
}
