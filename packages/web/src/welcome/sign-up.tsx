import { A, useNavigate, useSearchParams } from "@solidjs/router";
import { Show } from "solid-js";
import { call } from "../data/api.ts";
import { guessLocale } from "../data/region.ts";
import { rememberWorkspace, signUp } from "../data/session.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import { createForm, emailProblem, FieldError, isTaken, newPasswordProblem } from "./form.ts";
import { WelcomePage } from "./welcome-page.tsx";
import styles from "./welcome.module.css";

/** "Grace Hopper" → "Grace's workspace". */
export function workspaceName(person: string): string {
  const first = person.trim().split(/\s+/u)[0] ?? "";
  return first ? `${first}'s workspace` : "My workspace";
}

/** Name, e-mail, password, nothing else; the workspace is made at once and can be renamed later. */
export function SignUp() {
  const navigate = useNavigate();
  const [query] = useSearchParams<{ invitation?: string; email?: string }>();
  const form = createForm(
    { name: "", email: query.email ?? "", password: "" },
    {
      check: ({ name, email, password }) => ({
        ...(name.trim() ? {} : { name: "Enter your name. Colleagues see it beside your changes." }),
        ...optional("email", emailProblem(email)),
        ...optional("password", newPasswordProblem(password)),
      }),
      async send({ name, email, password }) {
        try {
          await signUp({
            name: name.trim(),
            email: email.trim(),
            password,
            ...(query.invitation ? { invitation: query.invitation } : {}),
          });
        } catch (error) {
          if (isTaken(error))
            throw new FieldError("email", "There is an account with this e-mail. Sign in instead.");
          throw error;
        }
        const workspace = await call<{ id: string }>("POST", "/api/workspaces", {
          name: workspaceName(name),
          ...guessLocale(),
        });
        rememberWorkspace(workspace.id);
        navigate(`/w/${workspace.id}`, { replace: true });
      },
    },
  );
  return (
    <WelcomePage
      title="Your customers, in one shared sheet"
      lead="Drop in the spreadsheets you have. Everyone works in the same rows at the same time."
      footer={
        <>
          Already have an account? <A href="/sign-in">Sign in</A>
        </>
      }
    >
      <form class={styles.form} onSubmit={form.submit} novalidate>
        <Show when={form.problem()}>{(text) => <Notice kind="problem">{text()}</Notice>}</Show>
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
          autocomplete="new-password"
          large
          hint="At least 8 characters."
          value={form.values.password()}
          error={form.error("password")}
          onInput={(value) => form.set("password", value)}
        />
        <Button type="submit" variant="primary" size="large" busy={form.busy()} wide>
          Create account
        </Button>
      </form>
    </WelcomePage>
  );
}

function optional<Name extends string>(name: Name, problem: string | undefined) {
  return (problem === undefined ? {} : { [name]: problem }) as Partial<Record<Name, string>>;
}
