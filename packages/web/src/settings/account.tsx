import Monitor from "lucide-solid/icons/monitor";
import Moon from "lucide-solid/icons/moon";
import Sun from "lucide-solid/icons/sun";
import { Show } from "solid-js";
import { isDomainError } from "@gridfolk/core/error";
import { setTheme, theme, type Theme } from "../app/theme.ts";
import { call } from "../data/api.ts";
import { rename, user } from "../data/session.ts";
import { Button } from "../ui/button.tsx";
import { Segments, TextField } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import { showToast } from "../ui/toast.tsx";
import { createForm, FieldError, newPasswordProblem } from "../welcome/form.ts";
import styles from "./settings.module.css";

/** What belongs to the person, in every workspace. */
export function AccountSettings() {
  return (
    <>
      <Name />
      <section class={styles.section}>
        <h2>Appearance</h2>
        <p>In this browser.</p>
        <div class={styles.form}>
          <Segments<Theme>
            label="Appearance"
            value={theme()}
            options={[
              { value: "light", label: "Light", icon: Sun },
              { value: "dark", label: "Dark", icon: Moon },
              { value: "system", label: "As the system", icon: Monitor },
            ]}
            onChange={setTheme}
          />
        </div>
      </section>
      <Password />
      <Sessions />
    </>
  );
}

function Name() {
  const form = createForm(
    { name: user()?.name ?? "" },
    {
      check: ({ name }) =>
        name.trim() ? {} : { name: "Enter your name. Colleagues see it beside your changes." },
      async send({ name }) {
        await call("POST", "/api/auth/update-user", { name: name.trim() });
        rename(name.trim());
        showToast({ text: "Your name is changed" });
      },
    },
  );
  return (
    <section class={styles.section}>
      <h2>You</h2>
      <form class={styles.row} onSubmit={form.submit} novalidate>
        <TextField
          label="Name"
          name="name"
          autocomplete="name"
          value={form.values.name()}
          error={form.error("name") ?? form.problem()}
          onInput={(value) => form.set("name", value)}
        />
        <Button type="submit" busy={form.busy()}>
          Save
        </Button>
      </form>
      <p class={styles.quietly}>You sign in as {user()?.email}.</p>
    </section>
  );
}

function Password() {
  const form = createForm(
    { current: "", next: "" },
    {
      check({ current, next }) {
        const wrong = newPasswordProblem(next);
        return {
          ...(current ? {} : { current: "Enter the password you have now." }),
          ...(wrong === undefined ? {} : { next: wrong }),
        };
      },
      async send({ current, next }) {
        try {
          await call("POST", "/api/auth/change-password", {
            currentPassword: current,
            newPassword: next,
            revokeOtherSessions: true,
          });
        } catch (error) {
          if (isDomainError(error) && /invalid password/iu.test(error.message))
            throw new FieldError("current", "This is not your password.");
          throw error;
        }
        form.set("current", "");
        form.set("next", "");
        showToast({ text: "Your password is changed. Other devices are signed out." });
      },
    },
  );
  return (
    <section class={styles.section}>
      <h2>Password</h2>
      <form class={styles.form} onSubmit={form.submit} novalidate>
        <Show when={form.problem()}>
          {(text) => (
            <div data-all="">
              <Notice kind="problem">{text()}</Notice>
            </div>
          )}
        </Show>
        <TextField
          label="Current password"
          name="current"
          type="password"
          autocomplete="current-password"
          value={form.values.current()}
          error={form.error("current")}
          onInput={(value) => form.set("current", value)}
        />
        <TextField
          label="New password"
          name="next"
          type="password"
          autocomplete="new-password"
          hint="At least 8 characters."
          value={form.values.next()}
          error={form.error("next")}
          onInput={(value) => form.set("next", value)}
        />
        <div data-all="">
          <Button type="submit" busy={form.busy()}>
            Change password
          </Button>
        </div>
      </form>
    </section>
  );
}

function Sessions() {
  const form = createForm(
    {},
    {
      check: () => ({}),
      async send() {
        await call("POST", "/api/auth/revoke-other-sessions", {});
        showToast({ text: "All other devices are signed out" });
      },
    },
  );
  return (
    <section class={styles.section}>
      <h2>Devices</h2>
      <p>If you lost a device or used a shared one, sign out everywhere but here.</p>
      <form class={styles.form} onSubmit={form.submit}>
        <Show when={form.problem()}>{(text) => <Notice kind="problem">{text()}</Notice>}</Show>
        <div data-all="">
          <Button type="submit" busy={form.busy()}>
            Sign out other devices
          </Button>
        </div>
      </form>
    </section>
  );
}
