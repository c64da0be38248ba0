/**
 * Where what opens over the page is put: into the open dialog around `from`, outside of which everything is inert, or
 * else into the landmark around it, so that a screen reader going from landmark to landmark passes it.
 */
export function landmarkOf(from: Element | null | undefined): HTMLElement {
  return (
    from?.closest<HTMLElement>("dialog[open]") ??
    from?.closest<HTMLElement>("main, header, nav, aside, footer") ??
    document.querySelector<HTMLElement>("main") ??
    document.body
  );
}
