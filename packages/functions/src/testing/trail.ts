import type { Line } from "../log/line.ts";

/**
 * One edit in the logs of all functions, from the id its browser has: the line of the request, then every line of its
 * workspace that went through the seq the request wrote. The same as the two queries in docs/operations.md.
 */
export function trail(lines: readonly Line[], requestId: string): Line[] {
  const request = lines.find((line) => line.requestId === requestId);
  if (request === undefined) return [];
  const { workspace, seq } = request;
  const through = ({ from, to, ...line }: Line): boolean =>
    seq !== undefined &&
    from !== undefined &&
    to !== undefined &&
    line.workspace === workspace &&
    from <= seq &&
    seq <= to;
  return [request, ...lines.filter(through)];
}
