/** A part of the application that is loaded when it is first needed. */
export interface Part<Module> {
  /** The part, once it is here: for whoever must not wait, since keys come in the meantime. */
  now(): Module | undefined;
  /** Loads it once. An Error that can be shown to people when it cannot be had; the next call tries again. */
  load(): Promise<Module>;
  /** Begins to load it: when something shows that it may be wanted soon. Whoever needs it then hears of a failure. */
  preload(): void;
}

export function makePart<Module>(get: () => Promise<Module>): Part<Module> {
  let here: Module | undefined;
  let coming: Promise<Module> | undefined;
  const load = () =>
    (coming ??= get().then(
      (module) => (here = module),
      () => {
        coming = undefined;
        throw new Error(
          "This part of Gridfolk could not be loaded. Check the connection and try again.",
        );
      },
    ));
  return { now: () => here, load, preload: () => void load().catch(() => undefined) };
}
