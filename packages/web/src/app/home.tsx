import { Navigate } from "@solidjs/router";
import { lazy, Show } from "solid-js";
import { lastWorkspace, user } from "../data/session.ts";

export const Start = lazy(() => import("../welcome/start.tsx").then((m) => ({ default: m.Start })));

/** The bare address: to the workspace last open, to the only one, to a choice, or to sign-in. */
export function Home() {
  return (
    <Show when={user()} fallback={<Navigate href="/sign-in" />}>
      <Show when={lastWorkspace()} fallback={<Start />} keyed>
        {(id) => <Navigate href={`/w/${id}`} />}
      </Show>
    </Show>
  );
}
