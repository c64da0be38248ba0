/** How often a page that is left alone talks to the server. The cost of a connected person is in these: docs/cost.md. */

/** How long the socket has to bring an own change back before it is asked for. On AWS the table's stream takes a second or two. */
export const ECHO_MS = 3_000;
/** A page whose socket is closed is asked again whether that is the network's fault, after this pause. */
export const LOST_MS = 400;
/** A page without a socket asks for what is new this often. With one, the answers to its pings say when it missed something. */
export const REFRESH_MS = 60_000;
/**
 * Where somebody is, is said at once, and while they go on moving no more often than this. What they write says it as well
 * (places.ts): who types along a column need not say each cell.
 */
export const PLACE_MS = 30_000;
/** A page that was not looked at for this long hears nothing more. Being looked at again, it fetches. */
export const AWAY_MS = 60_000;
/** A page hears twice that it is looked at again, by its document and by its window: one question is enough for both. */
export const WAKE_MS = 50;
/**
 * API Gateway closes a socket on which nothing was said for ten minutes, and browsers let a page that is not looked at set a clock
 * to the minute only.
 */
export const PING_MS = 8 * 60_000;
/** A socket on which a ping is not answered within this time leads nowhere any more. */
export const PONG_MS = 15_000;
/** API Gateway ends a socket after two hours: better at a moment of our choosing. */
export const RENEW_MS = 110 * 60_000;
