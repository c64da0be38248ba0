import * as Role from "@gridfolk/core/access/role";
import * as Ids from "@gridfolk/core/ledger/ids";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { settingsOf } from "@gridfolk/core/sheet/settings";
import { firstOperations } from "@gridfolk/core/sheet/templates";
import { Hono } from "hono";
import * as v from "valibot";
import { rules } from "../account/limit.ts";
import { describe } from "../account/membership.ts";
import { commit, IDEMPOTENCY_KEY } from "../http/commit.ts";
import type { AppEnv } from "../http/context.ts";
import { input } from "../http/input.ts";
import { nameOf } from "../http/name.ts";
import { operation } from "../http/operation.ts";
import { ask, may } from "../http/workspace.ts";

const name = nameOf(100);
const locale = v.pipe(
  v.string(),
  v.maxLength(35),
  v.check(isLocale, "not a language tag such as en-US"),
);
const timeZone = v.pipe(
  v.string(),
  v.maxLength(64),
  v.check(isTimeZone, "not a time zone such as Europe/Berlin"),
);
const currency = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, "not a currency code such as USD"));
const country = v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, "not a country code such as US"));

export const Workspace = v.pipe(
  v.object({
    id: v.string(),
    name: v.string(),
    locale: v.string(),
    timeZone: v.string(),
    currency: v.string(),
    country: v.string(),
    role: v.picklist(Role.ROLES),
  }),
  v.metadata({ ref: "Workspace" }),
);

const Me = v.object({ id: v.string(), name: v.string(), email: v.string() });
const OpenWorkspace = v.object({ ...Workspace.entries, me: Me });

/** The workspaces of an account. */
export const workspaces = new Hono<AppEnv>()
  .post(
    "/",
    operation({
      tag: "Workspaces",
      summary: "Make a workspace",
      description:
        "With the ready-made sheets companies, contacts and deals, and the account as its owner.",
      answers: { 201: { description: "Made", schema: OpenWorkspace } },
    }),
    input(
      "json",
      v.object({
        name,
        locale: v.optional(locale, "en-US"),
        timeZone: v.optional(timeZone, "UTC"),
        currency: v.optional(currency, "USD"),
        country: v.optional(country, "US"),
      }),
    ),
    async (c) => {
      const { services, session } = c.var;
      const { user } = session;
      const settings = c.req.valid("json");
      await services.limiter.take(rules.create, user.id);
      const id = Ids.newId(services.platform);
      const answer = await services.ledger.create(id, {
        id: Ids.newId(services.platform),
        actor: user.id,
        source: "system",
        label: `Made the workspace ${settings.name}`,
        operations: firstOperations(services.platform, settings, user),
      });
      c.set("wrote", answer);
      await services.memberships.sync(id);
      return c.json({ id, ...settings, role: "owner", me: user }, 201);
    },
  )
  .get(
    "/",
    operation({
      tag: "Workspaces",
      summary: "The workspaces of this account",
      answers: {
        200: {
          description: "By name",
          schema: v.object({ workspaces: v.array(Workspace) }),
        },
      },
    }),
    async (c) => {
      const { services, session } = c.var;
      return c.json({ workspaces: await services.memberships.of(session.user.id) });
    },
  );

/** One workspace. */
export const workspace = new Hono<AppEnv>()
  .get(
    "/",
    operation({
      tag: "Workspaces",
      summary: "A workspace and who is asking",
      answers: { 200: { description: "The workspace", schema: OpenWorkspace } },
    }),
    (c) => {
      const { workspace, workbook, role, session } = c.var;
      return c.json({ ...describe(workspace, workbook), role, me: session.user });
    },
  )
  .patch(
    "/",
    operation({
      tag: "Workspaces",
      summary: "Change a workspace's settings",
      headers: IDEMPOTENCY_KEY,
      fails: ["changeset-reused", "invalid-values"],
      answers: { 200: { description: "Changed", schema: OpenWorkspace } },
    }),
    may("settings"),
    input("json", v.partial(v.object({ name, locale, timeZone, currency, country }))),
    async (c) => {
      const { services, workspace, role, session } = c.var;
      const wanted = c.req.valid("json");
      await commit(
        c,
        (workbook) => {
          const fields = Object.fromEntries(
            Object.entries(wanted).map(([key, value]) => [key, [value ?? null]]),
          );
          const { id } = settingsOf(workbook);
          const change: Operation =
            id === undefined
              ? {
                  op: "create",
                  sheet: "_workspace",
                  ids: Ids.recordIds(services.platform, 1),
                  fields,
                }
              : { op: "set", sheet: "_workspace", ids: [id], fields };
          return { label: "Changed the settings", operations: [change] };
        },
        { request: wanted },
      );
      await services.memberships.sync(workspace);
      const facts = await ask(c, (workbook) => describe(workspace, workbook));
      return c.json({ ...facts, role, me: session.user });
    },
  );

function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

function isTimeZone(text: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: text }) !== undefined;
  } catch {
    return false;
  }
}
