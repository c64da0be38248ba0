import * as Role from "@gridfolk/core/access/role";
import { DomainError } from "@gridfolk/core/error";
import * as Ids from "@gridfolk/core/ledger/ids";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import { settingsOf } from "@gridfolk/core/sheet/settings";
import { type Context, Hono } from "hono";
import * as v from "valibot";
import * as Invitation from "../account/invitation.ts";
import { rules } from "../account/limit.ts";
import * as Link from "../account/link.ts";
import { commit } from "../http/commit.ts";
import type { AppEnv } from "../http/context.ts";
import { input } from "../http/input.ts";
import { operation } from "../http/operation.ts";
import { signedIn } from "../http/session.ts";
import { ask, may } from "../http/workspace.ts";
import type { Services } from "../services.ts";

const role = v.picklist(Role.ROLES);
const Member = v.object({ user: v.string(), name: v.string(), email: v.string(), role });
const PendingInvitation = v.object({
  id: v.string(),
  email: v.string(),
  role,
  expires: v.pipe(v.string(), v.isoTimestamp()),
});
const Shown = { link: v.string(), expires: v.pipe(v.string(), v.isoTimestamp()) };

/** Who is in a workspace. All of it is in the workspace's log, in the system sheet `_members`. */
export const members = new Hono<AppEnv>()
  .get(
    "/members",
    operation({
      tag: "Members",
      summary: "Who is in the workspace",
      description: "Invitations are shown to those who may invite.",
      answers: {
        200: {
          description: "Members, and invitations still open",
          schema: v.object({
            members: v.array(Member),
            invitations: v.array(PendingInvitation),
          }),
        },
      },
    }),
    async (c) => {
      const { services, workbook, workspace, role } = c.var;
      const invitations = Role.can(role, "members")
        ? await Invitation.list(services, workspace)
        : [];
      return c.json({
        members: Role.membersOf(workbook)
          .filter((member) => member.active)
          .map(({ user, name, email, role }) => ({ user, name, email, role })),
        invitations: invitations.map(({ id, email, role, expires }) => ({
          id,
          email,
          role,
          expires: new Date(expires).toISOString(),
        })),
      });
    },
  )
  .post(
    "/members",
    operation({
      tag: "Members",
      summary: "Invite somebody",
      description: "Answers a link, shown only now. Whoever opens it may join, once.",
      fails: ["stale"],
      answers: {
        201: {
          description: "The invitation",
          schema: v.object({ id: v.string(), email: v.string(), role, ...Shown }),
        },
      },
    }),
    may("members"),
    input(
      "json",
      v.object({
        email: v.pipe(v.string(), v.trim(), v.email("not an e-mail address"), v.maxLength(254)),
        role: v.optional(role, "member"),
      }),
    ),
    async (c) => {
      const { services, workbook, workspace, session } = c.var;
      const wanted = c.req.valid("json");
      const email = wanted.email.toLowerCase();
      if (wanted.role === "owner") Role.demand(c.var.role, "owners");
      const members = Role.membersOf(workbook).filter((member) => member.active);
      if (members.some((member) => member.email.toLowerCase() === email)) {
        throw new DomainError("stale", `${email} is a member already.`);
      }
      await services.limiter.take(rules.invite, session.user.id);
      const { id, token, expires } = await Invitation.invite(services, {
        workspace,
        email,
        role: wanted.role,
      });
      return c.json(
        {
          id,
          email,
          role: wanted.role,
          link: `${base(c)}/invite/${token}`,
          expires: new Date(expires).toISOString(),
        },
        201,
      );
    },
  )
  .delete(
    "/invitations/:id",
    operation({
      tag: "Members",
      summary: "Withdraw an invitation",
      answers: { 200: { description: "Its link no longer works", schema: v.object({}) } },
    }),
    may("members"),
    async (c) => {
      const { services, workspace } = c.var;
      await Invitation.withdraw(services, workspace, c.req.param("id"));
      return c.json({});
    },
  )
  .patch(
    "/members/:user",
    operation({
      tag: "Members",
      summary: "Change a role",
      description: "Owners are made and unmade by owners. The last owner stays one.",
      fails: ["stale"],
      answers: { 200: { description: "The member", schema: Member } },
    }),
    may("members"),
    input("json", v.object({ role })),
    async (c) => {
      const { services, workspace, session } = c.var;
      const user = c.req.param("user");
      const wanted = c.req.valid("json").role;
      await commit(
        c,
        (workbook) => {
          const actor = roleNow(workbook, session.user.id);
          Role.demand(actor, "members");
          const member = memberOf(workbook, user);
          if (wanted === "owner" || member.role === "owner") Role.demand(actor, "owners");
          if (wanted !== "owner") keepLastOwner(workbook, user);
          return {
            label: `Made ${member.name} ${wanted === "viewer" || wanted === "member" ? "a" : "an"} ${wanted}`,
            operations: [set(member, { role: wanted })],
          };
        },
        { source: "system" },
      );
      await services.memberships.sync(workspace);
      const { name, email } = await ask(c, (workbook) => memberOf(workbook, user));
      return c.json({ user, name, email, role: wanted });
    },
  )
  .delete(
    "/members/:user",
    operation({
      tag: "Members",
      summary: "Remove a member, or leave",
      description:
        "They keep their name in histories. The last owner cannot leave. Owners are removed by owners.",
      fails: ["stale"],
      answers: { 200: { description: "No longer a member", schema: v.object({}) } },
    }),
    async (c) => {
      const { services, workspace, session } = c.var;
      const user = c.req.param("user");
      const self = user === session.user.id;
      await commit(
        c,
        (workbook) => {
          const actor = roleNow(workbook, session.user.id);
          if (!self) Role.demand(actor, "members");
          const member = memberOf(workbook, user);
          if (!self && member.role === "owner") Role.demand(actor, "owners");
          keepLastOwner(workbook, user);
          return {
            label: self ? `${member.name} left` : `Removed ${member.name}`,
            operations: [set(member, { active: false })],
          };
        },
        { source: "system" },
      );
      await services.memberships.sync(workspace);
      return c.json({});
    },
  )
  .post(
    "/members/:user/reset-link",
    operation({
      tag: "Members",
      summary: "A one-time link for a member to set a new password",
      description:
        "For owners, and only for people all of whose workspaces they own: nobody gets into a workspace that is not theirs by way of a shared member.",
      fails: ["stale"],
      answers: { 200: { description: "The link, shown only now", schema: v.object(Shown) } },
    }),
    may("owners"),
    async (c) => {
      const { services, workbook, session } = c.var;
      const { settings, platform, memberships, ledger } = services;
      const { user, name, email } = memberOf(workbook, c.req.param("user"));
      for (const { id } of await memberships.of(user)) {
        const own = await ledger.ask(id, (other) => Role.roleOf(other, session.user.id));
        if (own === "owner") continue;
        throw new DomainError(
          "forbidden",
          `${name} is also a member of a workspace that is not yours. Ask the operator of this server for a link.`,
        );
      }
      const link = Link.newLink(email, platform.clock.now());
      return c.json({
        link: `${base(c)}/reset/${Link.sign(settings.secret, link)}`,
        expires: new Date(link.expires).toISOString(),
      });
    },
  );

const Invited = v.object({
  workspace: v.object({ id: v.string(), name: v.string() }),
  email: v.string(),
  role,
});

/** What the holder of an invitation's link can do. */
export const invitations = new Hono<AppEnv>()
  .get(
    "/:token",
    operation({
      tag: "Members",
      summary: "What an invitation is to",
      signedIn: false,
      fails: ["not-found"],
      answers: { 200: { description: "It is open", schema: Invited } },
    }),
    async (c) => {
      const { services } = c.var;
      const takeBack = await services.limiter.take(rules.link, c.env?.address ?? "unknown");
      const invitation = await Invitation.open(services, c.req.param("token"));
      await takeBack();
      return c.json(await describe(services, invitation));
    },
  )
  .post(
    "/:token/accept",
    operation({
      tag: "Members",
      summary: "Join the workspace",
      answers: {
        200: {
          description: "A member now",
          schema: v.object({ workspace: v.object({ id: v.string(), name: v.string() }) }),
        },
      },
    }),
    signedIn,
    async (c) => {
      const { services, session } = c.var;
      const { ledger, platform, memberships } = services;
      const token = c.req.param("token");
      const takeBack = await services.limiter.take(rules.link, c.env?.address ?? "unknown");
      const invitation = await Invitation.open(services, token);
      await takeBack();
      const { user } = session;
      const { workspace } = invitation;
      const answer = { workspace: (await describe(services, invitation)).workspace };
      // Who is in already keeps the role; the invitation stays for the one it is meant for.
      const role = await ledger.ask(workspace, (workbook) => Role.roleOf(workbook, user.id));
      if (role !== undefined) return c.json(answer);
      const putBack = await Invitation.accept(services, token);
      try {
        const answer = await ledger.commitWith(workspace, Ids.newId(platform), (workbook) => ({
          actor: user.id,
          source: "system",
          label: `${user.name} joined`,
          operations: [joining(services, workbook, user, invitation.role)],
        }));
        c.set("wrote", answer);
      } catch (error) {
        await putBack();
        throw error;
      }
      await memberships.sync(workspace);
      return c.json(answer);
    },
  );

async function describe(
  services: Services,
  { workspace, email, role }: Invitation.Invitation,
): Promise<v.InferOutput<typeof Invited>> {
  const { name } = await services.ledger.ask(workspace, settingsOf);
  return { workspace: { id: workspace, name }, email, role };
}

/** A person who was here before gets their record back. */
function joining(
  services: Services,
  workbook: Workbook,
  user: { readonly id: string; readonly name: string; readonly email: string },
  role: string,
): Operation {
  const before = Role.membersOf(workbook).find((member) => member.user === user.id);
  const facts = { name: user.name, email: user.email, role, active: true };
  if (before !== undefined) return set(before, facts);
  const fields = Object.fromEntries(
    Object.entries({ user: user.id, ...facts }).map(([key, value]) => [key, [value]]),
  );
  return { op: "create", sheet: "_members", ids: Ids.recordIds(services.platform, 1), fields };
}

function set(
  member: Role.Member,
  values: { readonly [field: string]: string | boolean },
): Operation {
  const fields = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, [value]]));
  return { op: "set", sheet: "_members", ids: [member.record], fields };
}

function roleNow(workbook: Workbook, user: string): Role.Role {
  const role = Role.roleOf(workbook, user);
  if (role === undefined) throw new DomainError("not-found", "There is no such workspace.");
  return role;
}

function memberOf(workbook: Workbook, user: string): Role.Member {
  const member = Role.membersOf(workbook).find((other) => other.user === user && other.active);
  if (member === undefined) throw new DomainError("not-found", "There is no such member.");
  return member;
}

function keepLastOwner(workbook: Workbook, user: string): void {
  if (!Role.isLastOwner(workbook, user)) return;
  throw new DomainError(
    "stale",
    "The last owner cannot leave or lose that role. Make somebody else an owner first.",
  );
}

/** How people reach this server. */
function base(c: Context<AppEnv>): string {
  const { publicUrl } = c.var.services.settings;
  return publicUrl ?? c.req.header("origin") ?? new URL(c.req.url).origin;
}
