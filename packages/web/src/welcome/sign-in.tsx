import { A, useNavigate, useSearchParams } from "@solidjs/router";
import { createEffect, Show } from "solid-js";
import { isDomainError } from "@gridfolk/core/error";
import { signIn, user } from "../data/session.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import { createForm, emailProblem } from "./form.ts";
import { WelcomePage } from "./welcome-page.tsx";
import styles from "./welcome.module.css";

/** The place to go back to, when it is one of ours. */
export function safeReturn(to: string | undefined): string {
  return to?.startsWith("/") && !to.startsWith("//") && !to.includes("\\") ? to : "/";
}

export function SignIn() {
  const navigate = useNavigate();
  const [query] = useSearchParams<{ return?: string; email?: string; ended?: string }>();
  const form = createForm(
    { email: query.email ?? "", password: "" },
    {
      check({ email, password }) {
        const wrong = emailProblem(email);
        return {
          ...(wrong === undefined ? {} : { email: wrong }),
          ...(password ? {} : { password: "Enter your password." }),
        };
      },
      async send({ email, password }) {
        try {
          await signIn({ email: email.trim(), password });
        } catch (error) {
          if (isDomainError(error, "unauthenticated"))
            throw new Error(
              "This e-mail and password do not go together. Check both and try again.",
              {
                cause: error,
              },
            );
          throw error;
        }
      },
    },
  );
  // By this form, in another tab, or because the server still knows this browser although the browser forgot.
  createEffect(() => {
    if (user() !== undefined) navigate(safeReturn(query.return), { replace: true });
  });
  return (
    <WelcomePage
      title="Welcome back"
      lead={query.ended ? "Your session has ended. Sign in to go on where you were." : undefined}
      footer={
        <>
          New here? <A href="/sign-up">Create an account</A>
          <br />
          Forgot your password? The owner of your workspace can give you a reset link.
        </>
      }
    >
      <form class={styles.form} onSubmit={form.submit} novalidate>
        <Show when={form.problem()}>{(text) => <Notice kind="problem">{text()}</Notice>}</Show>
        <TextField
          label="E-mail"
          name="email"
          type="email"
          autocomplete="username"
          large
          autofocus
          value={form.values.email()}
          error={form.error("email")}
          onInput={(value) => form.set("email", value)}
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autocomplete="current-password"
          large
          value={form.values.password()}
          error={form.error("password")}
          onInput={(value) => form.set("password", value)}
        />
        <Button type="submit" variant="primary" size="large" busy={form.busy()} wide>
          Sign in
        </Button>
      </form>
    </WelcomePage>
  );
}
