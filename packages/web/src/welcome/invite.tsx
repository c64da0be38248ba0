import { useNavigate, useParams } from "@solidjs/router";
import { createResource, createSignal, Match, Show, Switch } from "solid-js";
import { call, inWords } from "../data/api.ts";
import { rememberWorkspace, signIn, signOut, signUp, user } from "../data/session.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { createForm, emailProblem, FieldError, isTaken, newPasswordProblem } from "./form.ts";
import { WelcomePage } from "./welcome-page.tsx";
import styles from "./welcome.module.css";

interface Invitation {
  readonly workspace: { readonly id: string; readonly name: string };
  readonly email: string;
  readonly role: string;
}

/** Joins a workspace by an invitation's link: with a new account, with one's own, or as who is signed in. */
export function Invite() {
  const params = useParams<{ token: string }>();
  const [invitation] = createResource(
    () => params.token,
    (token) => call<Invitation>("GET", `/api/invitations/${encodeURIComponent(token)}`),
  );
  return (
    <Switch>
      <Match when={invitation.error as unknown}>
        {(error) => (
          <WelcomePage
            title="This invitation does not work"
            lead={inWords(error())}
            footer={<a href="/">Go to Gridfolk</a>}
          >
            <div class={styles.form}>
              <Notice kind="info">
                It may have been used already, have expired or been taken back. Ask the person who
                sent it for a new link.
              </Notice>
            </div>
          </WelcomePage>
        )}
      </Match>
      <Match when={invitation.loading}>
        <WelcomePage title="Your invitation">
          <div class={styles.form}>
            <Skeleton height="40px" />
            <Skeleton height="40px" />
          </div>
        </WelcomePage>
      </Match>
      <Match when={invitation()}>
        {(found) => (
          <Show
            when={user()}
            fallback={<JoinWithAccount token={params.token} invitation={found()} />}
          >
            {(me) => <Join token={params.token} invitation={found()} name={me().name} />}
          </Show>
        )}
      </Match>
    </Switch>
  );
}

function lead(invitation: Invitation): string {
  return invitation.role === "viewer"
    ? "You will see its sheets, without changing them."
    : "You will work in its sheets together with everyone there.";
}

async function accept(token: string): Promise<string> {
  const answer = await call<{ workspace: { id: string } }>(
    "POST",
    `/api/invitations/${encodeURIComponent(token)}/accept`,
    {},
  );
  rememberWorkspace(answer.workspace.id);
  return answer.workspace.id;
}

function Join(props: { token: string; invitation: Invitation; name: string }) {
  const navigate = useNavigate();
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();
  const join = async () => {
    setBusy(true);
    try {
      navigate(`/w/${await accept(props.token)}`, { replace: true });
    } catch (error) {
      setProblem(inWords(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <WelcomePage
      title={`Join ${props.invitation.workspace.name}`}
      lead={lead(props.invitation)}
      footer={
        <>
          Not {props.name}?{" "}
          <Button variant="link" onClick={() => void signOut()}>
            Use another account
          </Button>
        </>
      }
    >
      <div class={styles.form}>
        <Show when={problem()}>{(text) => <Notice kind="problem">{text()}</Notice>}</Show>
        <Button
          variant="primary"
          size="large"
          wide
          busy={busy()}
          onClick={() => {
            void join();
          }}
        >
          Join as {props.name}
        </Button>
      </div>
    </WelcomePage>
  );
}

function JoinWithAccount(props: { token: string; invitation: Invitation }) {
  const navigate = useNavigate();
  const [existing, setExisting] = createSignal(false);
  const form = createForm(
    { name: "", email: props.invitation.email, password: "" },
    {
      check({ name, email, password }) {
        const wrongEmail = emailProblem(email);
        const wrongPassword = existing()
          ? password
            ? undefined
            : "Enter your password."
          : newPasswordProblem(password);
        return {
          ...(existing() || name.trim()
            ? {}
            : { name: "Enter your name. Colleagues see it beside your changes." }),
          ...(wrongEmail === undefined ? {} : { email: wrongEmail }),
          ...(wrongPassword === undefined ? {} : { password: wrongPassword }),
        };
      },
      async send({ name, email, password }) {
        try {
          if (existing()) await signIn({ email: email.trim(), password });
          else
            await signUp({
              name: name.trim(),
              email: email.trim(),
              password,
              invitation: props.token,
            });
        } catch (error) {
          if (isTaken(error)) {
            setExisting(true);
            throw new FieldError("password", "You have an account already. Enter its password.");
          }
          throw error;
        }
        navigate(`/w/${await accept(props.token)}`, { replace: true });
      },
    },
  );
  return (
    <WelcomePage
      title={`Join ${props.invitation.workspace.name}`}
      lead={lead(props.invitation)}
      footer={
        <Button variant="link" onClick={() => setExisting(!existing())}>
          {existing() ? "I have no account yet" : "I have an account already"}
        </Button>
      }
    >
      <form class={styles.form} onSubmit={form.submit} novalidate>
        <Show when={form.problem()}>{(text) => <Notice kind="problem">{text()}</Notice>}</Show>
        <Show when={!existing()}>
          <TextField
            label="Name"
            name="name"
            autocomplete="name"
            large
            autofocus
            value={form.values.name()}
            error={form.error("name")}
            onInput={(value) => form.set("name", value)}
          />
        </Show>
        <TextField
          label="E-mail"
          name="email"
          type="email"
          autocomplete="email"
          large
          value={form.values.email()}
          error={form.error("email")}
          onInput={(value) => form.set("email", value)}
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autocomplete={existing() ? "current-password" : "new-password"}
          large
          hint={existing() ? undefined : "At least 8 characters."}
          value={form.values.password()}
          error={form.error("password")}
          onInput={(value) => form.set("password", value)}
        />
        <Button type="submit" variant="primary" size="large" wide busy={form.busy()}>
          {existing() ? "Sign in and join" : "Create account and join"}
        </Button>
      </form>
    </WelcomePage>
  );
}
