import { A, useParams } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import { call } from "../data/api.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import { createForm, newPasswordProblem } from "./form.ts";
import { WelcomePage } from "./welcome-page.tsx";
import styles from "./welcome.module.css";

/** Sets a new password by the one-time link an owner or the operator made. */
export function Reset() {
  const params = useParams<{ token: string }>();
  const [done, setDone] = createSignal(false);
  const form = createForm(
    { password: "" },
    {
      check({ password }) {
        const wrong = newPasswordProblem(password);
        return wrong === undefined ? {} : { password: wrong };
      },
      async send({ password }) {
        await call("POST", "/api/auth/reset-password", {
          token: params.token,
          newPassword: password,
        });
        setDone(true);
      },
    },
  );
  return (
    <WelcomePage
      title={done() ? "Your password is changed" : "Choose a new password"}
      lead={done() ? undefined : "The link works once. Other devices are signed out."}
      footer={<A href="/sign-in">Go to sign-in</A>}
    >
      <Show
        when={!done()}
        fallback={
          <div class={styles.form}>
            <Notice kind="done">Sign in with the new password.</Notice>
          </div>
        }
      >
        <form class={styles.form} onSubmit={form.submit} novalidate>
          <Show when={form.problem()}>{(text) => <Notice kind="problem">{text()}</Notice>}</Show>
          <TextField
            label="New password"
            name="password"
            type="password"
            autocomplete="new-password"
            large
            autofocus
            hint="At least 8 characters."
            value={form.values.password()}
            error={form.error("password")}
            onInput={(value) => form.set("password", value)}
          />
          <Button type="submit" variant="primary" size="large" wide busy={form.busy()}>
            Set password
          </Button>
        </form>
      </Show>
    </WelcomePage>
  );
}
