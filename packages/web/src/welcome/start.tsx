import { Navigate, useLocation, useNavigate } from "@solidjs/router";
import { createResource, createSignal, For, Match, Show, Switch } from "solid-js";
import { call, inWords } from "../data/api.ts";
import { guessLocale } from "../data/region.ts";
import { rememberWorkspace, user, workspaces } from "../data/session.ts";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { workspaceName } from "./sign-up.tsx";
import { WelcomePage } from "./welcome-page.tsx";
import styles from "./welcome.module.css";

/** The workspaces of this person, and the way to a new one. */
export function Start() {
  const navigate = useNavigate();
  const location = useLocation();
  // Asked for by name, the list is shown even when there is nothing to choose.
  const isStart = () => location.pathname === "/start";
  const [list] = createResource(workspaces);
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();
  const create = async () => {
    setBusy(true);
    try {
      const made = await call<{ id: string }>("POST", "/api/workspaces", {
        name: workspaceName(user()?.name ?? ""),
        ...guessLocale(),
      });
      rememberWorkspace(made.id);
      navigate(`/w/${made.id}`, { replace: true });
    } catch (error) {
      setProblem(inWords(error));
      setBusy(false);
    }
  };
  return (
    <Switch>
      <Match when={list.error as unknown}>
        {(error) => (
          <WelcomePage title="Gridfolk is out of reach">
            <div class={styles.form}>
              <Notice kind="problem">{inWords(error())}</Notice>
              <Button variant="primary" size="large" wide onClick={() => window.location.reload()}>
                Try again
              </Button>
            </div>
          </WelcomePage>
        )}
      </Match>
      <Match when={!isStart() && list()?.length === 1 && list()?.[0]}>
        {(only) => <Navigate href={`/w/${only().id}`} />}
      </Match>
      <Match when={list()}>
        {(all) => (
          <WelcomePage
            title={all().length > 0 ? "Your workspaces" : "Start a workspace"}
            lead={
              all().length > 0
                ? "Open the one you want to work in."
                : "A workspace holds your sheets and the people who share them."
            }
          >
            <div class={styles.form}>
              <Show when={problem()}>{(text) => <Notice kind="problem">{text()}</Notice>}</Show>
              <For each={all()}>
                {(workspace) => (
                  <Button size="large" wide onClick={() => navigate(`/w/${workspace.id}`)}>
                    {workspace.name}
                  </Button>
                )}
              </For>
              <Button
                variant="primary"
                size="large"
                wide
                busy={busy()}
                onClick={() => {
                  void create();
                }}
              >
                New workspace
              </Button>
            </div>
          </WelcomePage>
        )}
      </Match>
    </Switch>
  );
}
