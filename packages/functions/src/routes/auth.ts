import { DomainError } from "@gridfolk/core/error";
import { type Context, Hono } from "hono";
import * as v from "valibot";
import * as Invitation from "../account/invitation.ts";
import * as Keys from "../account/keys.ts";
import { rules } from "../account/limit.ts";
import * as Link from "../account/link.ts";
import { PASSWORD_MAX, PASSWORD_MIN } from "../account/password.ts";
import { refusing } from "../account/refusal.ts";
import { credential } from "../account/session.ts";
import type { AppEnv } from "../http/context.ts";
import { input } from "../http/input.ts";
import { nameOf } from "../http/name.ts";
import { operation } from "../http/operation.ts";
import { signedIn } from "../http/session.ts";
import type { Services } from "../services.ts";

const email = v.pipe(v.string(), v.trim(), v.email("not an e-mail address"), v.maxLength(254));
const password = v.pipe(
  v.string(),
  v.minLength(PASSWORD_MIN, `a password has at least ${PASSWORD_MIN} characters`),
  v.maxLength(PASSWORD_MAX),
);
const userName = nameOf(200);

const User = v.pipe(
  v.looseObject({ id: v.string(), name: v.string(), email: v.string() }),
  v.metadata({ ref: "User" }),
);
const SignedIn = v.looseObject({
  token: v.pipe(v.string(), v.description("The session token, for Authorization: Bearer")),
  user: User,
});
const Status = v.looseObject({ status: v.boolean() });
const SessionInfo = v.looseObject({
  id: v.string(),
  createdAt: v.unknown(),
  expiresAt: v.unknown(),
  userAgent: v.optional(v.nullable(v.string())),
  current: v.boolean(),
});

type Ctx = Context<AppEnv>;

/** Accounts and sessions. The answers are better-auth's. */
export const auth = new Hono<AppEnv>()
  .post(
    "/sign-up/email",
    operation({
      tag: "Accounts",
      summary: "Make an account",
      description:
        "Signs in as well: answers a session token and sets the session cookie. Where accounts are by invitation only, `invitation` is the token of one.",
      signedIn: false,
      fails: ["forbidden", "invalid-values"],
      answers: { 200: { description: "The account and its session", schema: SignedIn } },
    }),
    input(
      "json",
      v.object({
        name: userName,
        email,
        password,
        rememberMe: v.optional(v.boolean()),
        invitation: v.optional(v.string()),
      }),
    ),
    async (c) => {
      const { services } = c.var;
      const { invitation, name, ...account } = c.req.valid("json");
      await services.limiter.take(rules.signUp, address(c));
      const release = await mayJoin(services, invitation);
      try {
        const auth = await services.auth();
        const body = { ...account, name, email: account.email.toLowerCase() };
        const done = await refusing(() =>
          auth.api.signUpEmail({ body, headers: plain(c), returnHeaders: true }),
        );
        return answer(c, done);
      } catch (error) {
        await release();
        throw error;
      }
    },
  )
  .post(
    "/sign-in/email",
    operation({
      tag: "Accounts",
      summary: "Sign in",
      description: "Answers a session token and sets the session cookie.",
      signedIn: false,
      fails: ["unauthenticated", "forbidden"],
      answers: { 200: { description: "The session", schema: SignedIn } },
    }),
    input("json", v.object({ email, password: v.string(), rememberMe: v.optional(v.boolean()) })),
    async (c) => {
      const { services } = c.var;
      const body = c.req.valid("json");
      const account = body.email.toLowerCase();
      const undo = [
        await services.limiter.take(rules.signInAddress, address(c)),
        await services.limiter.take(rules.signInAccount, account),
        await services.limiter.take(rules.signInHere, `${account} ${address(c)}`),
      ];
      const auth = await services.auth();
      const done = await refusing(() =>
        auth.api.signInEmail({
          body: { ...body, email: account },
          headers: plain(c),
          returnHeaders: true,
        }),
      );
      for (const takeBack of undo) await takeBack();
      return answer(c, done);
    },
  )
  .post(
    "/sign-out",
    operation({
      tag: "Accounts",
      summary: "Sign out",
      signedIn: false,
      fails: ["forbidden"],
      answers: {
        200: { description: "The session has ended", schema: v.object({ success: v.boolean() }) },
      },
    }),
    async (c) => {
      const { services } = c.var;
      const proof = credential(c.req.raw);
      if (proof === undefined) return c.json({ success: true });
      const known = await services.sessions.find(proof);
      const auth = await services.auth();
      const done = await refusing(() =>
        auth.api.signOut({ headers: proof.headers, returnHeaders: true }),
      );
      if (known !== undefined) services.sessions.forget(known.session.user.id);
      return answer(c, { headers: done.headers, response: { success: true } });
    },
  )
  .get(
    "/get-session",
    operation({
      tag: "Accounts",
      summary: "Who is signed in",
      signedIn: false,
      answers: {
        200: {
          description: "The session and its user, or null",
          schema: v.nullable(v.looseObject({ session: v.looseObject({}), user: User })),
        },
      },
    }),
    async (c) => {
      const proof = credential(c.req.raw);
      if (proof === undefined) return c.json(null);
      const auth = await c.var.services.auth();
      const done = await refusing(() =>
        auth.api.getSession({ headers: proof.headers, returnHeaders: true }),
      );
      return answer(c, done);
    },
  )
  .post(
    "/change-password",
    operation({
      tag: "Accounts",
      summary: "Change the password",
      description: "With `revokeOtherSessions` everybody else who uses the account is signed out.",
      fails: ["invalid-values"],
      answers: {
        200: {
          description: "Changed; a new token when other sessions were revoked",
          schema: v.looseObject({ token: v.nullable(v.string()), user: User }),
        },
      },
    }),
    signedIn,
    input(
      "json",
      v.object({
        currentPassword: v.string(),
        newPassword: password,
        revokeOtherSessions: v.optional(v.boolean()),
      }),
    ),
    async (c) => {
      const { services, session } = c.var;
      const takeBack = await services.limiter.take(rules.password, session.user.id);
      const auth = await services.auth();
      const done = await refusing(() =>
        auth.api.changePassword({
          body: c.req.valid("json"),
          headers: proven(c),
          returnHeaders: true,
        }),
      );
      await takeBack();
      services.sessions.forget(session.user.id);
      return answer(c, done);
    },
  )
  .post(
    "/update-user",
    operation({
      tag: "Accounts",
      summary: "Change one's name",
      answers: { 200: { description: "Changed", schema: Status } },
    }),
    signedIn,
    input("json", v.object({ name: userName })),
    async (c) => {
      const { services, session } = c.var;
      const auth = await services.auth();
      const done = await refusing(() =>
        auth.api.updateUser({
          body: c.req.valid("json"),
          headers: proven(c),
          returnHeaders: true,
        }),
      );
      services.sessions.forget(session.user.id);
      return answer(c, done);
    },
  )
  .get(
    "/list-sessions",
    operation({
      tag: "Accounts",
      summary: "Where this account is signed in",
      answers: { 200: { description: "Sessions, without tokens", schema: v.array(SessionInfo) } },
    }),
    signedIn,
    async (c) => {
      const { services, session } = c.var;
      const auth = await services.auth();
      const sessions = await refusing(() => auth.api.listSessions({ headers: proven(c) }));
      return c.json(
        sessions.map(({ id, createdAt, expiresAt, userAgent }) => ({
          id,
          createdAt,
          expiresAt,
          userAgent: userAgent ?? null,
          current: id === session.id,
        })),
      );
    },
  )
  .post(
    "/revoke-sessions",
    operation({
      tag: "Accounts",
      summary: "Sign out everywhere",
      answers: { 200: { description: "Every session has ended, this one too", schema: Status } },
    }),
    signedIn,
    async (c) => {
      const { services, session } = c.var;
      const auth = await services.auth();
      const done = await refusing(() =>
        auth.api.revokeSessions({ headers: proven(c), returnHeaders: true }),
      );
      services.sessions.forget(session.user.id);
      return answer(c, done);
    },
  )
  .post(
    "/revoke-other-sessions",
    operation({
      tag: "Accounts",
      summary: "Sign out everywhere else",
      answers: { 200: { description: "Every other session has ended", schema: Status } },
    }),
    signedIn,
    async (c) => {
      const { services, session } = c.var;
      const auth = await services.auth();
      const done = await refusing(() =>
        auth.api.revokeOtherSessions({ headers: proven(c), returnHeaders: true }),
      );
      services.sessions.forget(session.user.id);
      return answer(c, done);
    },
  )
  .get(
    "/reset-password/:token",
    operation({
      tag: "Accounts",
      summary: "Whose password a one-time link sets",
      signedIn: false,
      fails: ["not-found"],
      answers: {
        200: {
          description: "The link can be used",
          schema: v.object({ email: v.string(), expires: v.string() }),
        },
      },
    }),
    async (c) => {
      const { services } = c.var;
      const takeBack = await services.limiter.take(rules.link, address(c));
      const { link } = await openLink(services, c.req.param("token"));
      await takeBack();
      return c.json({ email: link.email, expires: new Date(link.expires).toISOString() });
    },
  )
  .post(
    "/reset-password",
    operation({
      tag: "Accounts",
      summary: "Set a new password with a one-time link",
      description: "Ends every session of the account.",
      signedIn: false,
      fails: ["not-found", "forbidden"],
      answers: { 200: { description: "The new password holds", schema: Status } },
    }),
    input("json", v.object({ token: v.string(), newPassword: password })),
    async (c) => {
      const { services } = c.var;
      const { token, newPassword } = c.req.valid("json");
      const takeBack = await services.limiter.take(rules.link, address(c));
      const { link, user } = await openLink(services, token);
      await Link.use(services, link);
      const auth = await services.auth();
      const { internalAdapter, password } = await auth.$context;
      await internalAdapter.updatePassword(user.id, await password.hash(newPassword));
      await internalAdapter.deleteUserSessions(user.id);
      services.sessions.forget(user.id);
      await takeBack();
      return c.json({ status: true });
    },
  );

/** The link of a token and the account it is for. An account that is gone makes the link unusable. */
async function openLink(services: Services, token: string) {
  const { settings, store, platform } = services;
  const link = await Link.open({ store, platform, secret: settings.secret }, token);
  const auth = await services.auth();
  const { internalAdapter } = await auth.$context;
  const found = await internalAdapter.findUserByEmail(link.email);
  if (!found) throw new DomainError("not-found", `There is no account for ${link.email}.`);
  return { link, user: found.user };
}

/**
 * Whether somebody may make an account. By invitation, the very first account brings the token of the installation, once;
 * the answer gives that back when the account could not be made.
 */
async function mayJoin(
  services: Services,
  invitation: string | undefined,
): Promise<() => Promise<void>> {
  const { settings, store } = services;
  const nothing = () => Promise.resolve();
  if (settings.signUp === "open") return nothing;
  if (invitation === undefined) {
    throw new DomainError(
      "forbidden",
      "Accounts are by invitation here. Open the link you were sent.",
    );
  }
  const first = settings.firstAccountToken;
  if (first !== undefined && Keys.digest(invitation) === Keys.digest(first)) {
    if (!(await store.put({ ...Keys.firstAccount }, { absent: true }))) {
      throw new DomainError("forbidden", "The first account has been made. Ask for an invitation.");
    }
    return () => store.delete(Keys.firstAccount).then(() => {});
  }
  await Invitation.open(services, invitation);
  return nothing;
}

function address(c: Ctx): string {
  return c.env?.address ?? "unknown";
}

/** Headers for calls that prove nothing: who the browser says it is, for the list of sessions. */
function plain(c: Ctx): Headers {
  const agent = c.req.header("user-agent");
  return new Headers(agent === undefined ? {} : { "user-agent": agent.slice(0, 300) });
}

/** Headers that prove who sends this, and nothing else. */
function proven(c: Ctx): Headers {
  const headers = new Headers(credential(c.req.raw)?.headers);
  for (const [name, value] of plain(c)) headers.set(name, value);
  return headers;
}

/** An answer of better-auth with the cookies it sets. */
function answer(c: Ctx, done: { headers: Headers; response: unknown }): Response {
  for (const cookie of done.headers.getSetCookie())
    c.header("Set-Cookie", cookie, { append: true });
  return c.json(done.response as object | null);
}
