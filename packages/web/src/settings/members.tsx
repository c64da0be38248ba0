import KeyRound from "lucide-solid/icons/key-round";
import LogOut from "lucide-solid/icons/log-out";
import UserMinus from "lucide-solid/icons/user-minus";
import Ellipsis from "lucide-solid/icons/ellipsis";
import { useNavigate } from "@solidjs/router";
import { createEffect, createResource, createSignal, For, on, Show } from "solid-js";
import { can, type Role } from "@gridfolk/core/access/role";
import { call, inWords } from "../data/api.ts";
import { rememberWorkspace } from "../data/session.ts";
import type { Member, Workspace } from "../data/workspace.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { MenuButton, type MenuItem } from "../ui/menu.tsx";
import { Notice } from "../ui/notice.tsx";
import { showToast } from "../ui/toast.tsx";
import { emailProblem } from "../welcome/form.ts";
import { CopyLink } from "./copy-link.tsx";
import styles from "./settings.module.css";

interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly expires: string | number;
}

const roles: readonly { value: Role; label: string; can: string }[] = [
  { value: "owner", label: "Owner", can: "everything, owners as well" },
  { value: "admin", label: "Admin", can: "everything but owners" },
  { value: "member", label: "Member", can: "work in all sheets" },
  { value: "viewer", label: "Viewer", can: "look and export" },
];

function roleLabel(role: Role): string {
  return roles.find(({ value }) => value === role)?.label ?? role;
}

/** Who is in the workspace, and who is asked to join. */
export function Members(props: { workspace: Workspace }) {
  const navigate = useNavigate();
  const path = () => `/api/workspaces/${props.workspace.id}`;
  const me = () => props.workspace.me();
  const mayManage = () => can(me().role, "members");
  const mayOwn = () => can(me().role, "owners");
  const [asking, setAsking] = createSignal<{
    member: Member;
    kind: "remove" | "leave" | "reset";
  }>();
  const [link, setLink] = createSignal<{
    for: "invitation" | "password";
    text: string;
    link: string;
  }>();
  const [problem, setProblem] = createSignal<string>();

  const [invitations, { refetch }] = createResource(mayManage, async (allowed) => {
    if (!allowed) return [];
    const answer = await call<{ invitations?: Invitation[] }>("GET", `${path()}/members`);
    return answer.invitations ?? [];
  });
  // Somebody accepted: they are a member now and no longer invited.
  createEffect(
    on(
      () => props.workspace.members().length,
      () => void refetch(),
      { defer: true },
    ),
  );

  const attempt = async (work: () => Promise<void>) => {
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(inWords(error));
    }
  };
  const invited = (made: { email: string; link: string }) => {
    setLink({
      for: "invitation",
      text: `Send this link to ${made.email}. It works once.`,
      link: made.link,
    });
    void refetch();
  };
  const setRole = (member: Member, role: Role) =>
    attempt(async () => {
      await call("PATCH", `${path()}/members/${encodeURIComponent(member.user)}`, { role });
      await props.workspace.refresh();
      showToast({ text: `${member.name} is now ${roleLabel(role).toLowerCase()}` });
    });
  const withdraw = (invitation: Invitation) =>
    attempt(async () => {
      await call("DELETE", `${path()}/invitations/${encodeURIComponent(invitation.id)}`);
      await refetch();
      showToast({ text: `The invitation of ${invitation.email} is taken back` });
    });
  const confirmed = () => {
    const asked = asking();
    setAsking(undefined);
    if (!asked) return;
    const { member, kind } = asked;
    const address = `${path()}/members/${encodeURIComponent(member.user)}`;
    void attempt(async () => {
      if (kind === "reset") {
        const made = await call<{ link: string }>("POST", `${address}/reset-link`, {});
        setLink({
          for: "password",
          text: `Give this link to ${member.name}. It sets a new password, once.`,
          link: made.link,
        });
        return;
      }
      await call("DELETE", address);
      if (kind === "leave") {
        rememberWorkspace(undefined);
        navigate("/");
        return;
      }
      await props.workspace.refresh();
      showToast({ text: `${member.name} is no longer a member` });
    });
  };

  const options = (member: Member): MenuItem[] => [
    ...(mayOwn() && member.user !== me().id
      ? [
          {
            label: "Make a password reset link",
            icon: KeyRound,
            run: () => setAsking({ member, kind: "reset" }),
          },
        ]
      : []),
    ...(member.user === me().id
      ? [
          {
            label: "Leave this workspace",
            icon: LogOut,
            danger: true,
            run: () => setAsking({ member, kind: "leave" }),
          },
        ]
      : []),
    ...(member.user !== me().id && mayManage() && (member.role !== "owner" || mayOwn())
      ? [
          {
            label: "Remove from the workspace",
            icon: UserMinus,
            danger: true,
            run: () => setAsking({ member, kind: "remove" }),
          },
        ]
      : []),
  ];

  return (
    <>
      <Show when={mayManage()}>
        <section class={styles.section}>
          <h2>Invite people</h2>
          <p>You get a link to send them, by mail or however you talk.</p>
          <Invite workspace={props.workspace} onInvited={invited} />
          <Show when={link()?.for === "invitation" && link()} keyed>
            {(made) => (
              <CopyLink label="Link of the invitation" link={made.link}>
                {made.text}
              </CopyLink>
            )}
          </Show>
        </section>
      </Show>
      <section class={styles.section}>
        <h2>Members</h2>
        <Show when={link()?.for === "password" && link()} keyed>
          {(made) => (
            <CopyLink label="Link for a new password" link={made.link}>
              {made.text}
            </CopyLink>
          )}
        </Show>
        <Show when={problem()}>
          {(text) => (
            <div class={styles.quietly}>
              <Notice kind="problem">{text()}</Notice>
            </div>
          )}
        </Show>
        <ul class={styles.list}>
          <For each={props.workspace.members().filter(({ active }) => active)}>
            {(member) => (
              <li>
                <Avatar name={member.name || member.email} id={member.user} size={32} />
                <div class={styles.who}>
                  <b>
                    {member.name || member.email}
                    {member.user === me().id ? " (you)" : ""}
                  </b>
                  <span>{member.email}</span>
                </div>
                <select
                  class={styles.role}
                  aria-label={`Role of ${member.name}`}
                  disabled={!mayManage() || (member.role === "owner" && !mayOwn())}
                  onChange={(event) => void setRole(member, event.currentTarget.value as Role)}
                >
                  <For
                    each={roles.filter(
                      ({ value }) => value !== "owner" || mayOwn() || member.role === "owner",
                    )}
                  >
                    {(role) => (
                      <option value={role.value} selected={role.value === member.role}>
                        {role.label}
                      </option>
                    )}
                  </For>
                </select>
                <Show when={options(member).length > 0}>
                  <MenuButton items={options(member)} label={member.name} align="end">
                    {(trigger) => (
                      <IconButton
                        {...trigger}
                        icon={Ellipsis}
                        size="small"
                        label={`Options of ${member.name}`}
                      />
                    )}
                  </MenuButton>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </section>
      <Show when={(invitations()?.length ?? 0) > 0}>
        <section class={styles.section}>
          <h2>Invited</h2>
          <ul class={styles.list}>
            <For each={invitations()}>
              {(invitation) => (
                <li>
                  <Avatar
                    name={invitation.email}
                    id={invitation.email}
                    color="person-10"
                    size={32}
                  />
                  <div class={styles.who}>
                    <b>{invitation.email}</b>
                    <span>
                      {roleLabel(invitation.role)}, until{" "}
                      {new Date(invitation.expires).toLocaleDateString()}
                    </span>
                  </div>
                  <Button size="small" onClick={() => void withdraw(invitation)}>
                    Take back
                  </Button>
                </li>
              )}
            </For>
          </ul>
        </section>
      </Show>
      <Show when={asking()}>
        {(asked) => (
          <Dialog
            title={question(asked().kind, asked().member.name, props.workspace.name())}
            size="small"
            onClose={() => setAsking(undefined)}
            footer={
              <>
                <Button onClick={() => setAsking(undefined)}>Cancel</Button>
                <Button
                  variant={asked().kind === "reset" ? "primary" : "danger"}
                  onClick={confirmed}
                >
                  {{ remove: "Remove", leave: "Leave", reset: "Make the link" }[asked().kind]}
                </Button>
              </>
            }
          >
            {consequence(asked().kind, asked().member.name)}
          </Dialog>
        )}
      </Show>
    </>
  );
}

function question(kind: "remove" | "leave" | "reset", name: string, workspace: string): string {
  if (kind === "remove") return `Remove ${name}?`;
  if (kind === "leave") return `Leave ${workspace}?`;
  return `Reset the password of ${name}?`;
}

function consequence(kind: "remove" | "leave" | "reset", name: string): string {
  if (kind === "remove")
    return `${name} loses access at once. What they wrote stays, with their name. You can invite them again.`;
  if (kind === "leave")
    return "You lose access at once. What you wrote stays. An admin can invite you again.";
  return `Whoever has the link can choose a new password for ${name}, once. All devices of ${name} are signed out then.`;
}

function Invite(props: {
  workspace: Workspace;
  onInvited: (invitation: { email: string; link: string }) => void;
}) {
  const [email, setEmail] = createSignal("");
  const [role, setRole] = createSignal<Role>("member");
  const [error, setError] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  const invite = async () => {
    const wrong = emailProblem(email());
    setError(wrong);
    if (wrong) return;
    setBusy(true);
    try {
      const made = await call<{ email: string; link: string }>(
        "POST",
        `/api/workspaces/${props.workspace.id}/members`,
        { email: email().trim(), role: role() },
      );
      setEmail("");
      props.onInvited(made);
    } catch (failure) {
      setError(inWords(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class={styles.row}
      novalidate
      onSubmit={(event) => {
        event.preventDefault();
        void invite();
      }}
    >
      <TextField
        label="E-mail"
        type="email"
        autocomplete="off"
        placeholder="colleague@example.com"
        value={email()}
        error={error()}
        onInput={(value) => {
          setEmail(value);
          setError(undefined);
        }}
      />
      <SelectField
        label="Role"
        value={role()}
        options={roles
          .filter(({ value }) => value !== "owner")
          .map(({ value, label, can: may }) => ({ value, label: `${label}: ${may}` }))}
        onChange={(value) => setRole(value as Role)}
      />
      <Button type="submit" variant="primary" busy={busy()}>
        Make the invitation
      </Button>
    </form>
  );
}
