import { Navigate, Route, Router, useLocation, type RouteSectionProps } from "@solidjs/router";
import { ErrorBoundary, lazy, onMount, Show, Suspense, type JSX } from "solid-js";
import { confirmUser, user } from "../data/session.ts";
import "../data/early.ts";
import { Toasts } from "../ui/toast.tsx";
import { Broken, NotFound } from "./broken.tsx";
import { Home, Start } from "./home.tsx";

const SignIn = lazy(() => import("../welcome/sign-in.tsx").then((m) => ({ default: m.SignIn })));
const SignUp = lazy(() => import("../welcome/sign-up.tsx").then((m) => ({ default: m.SignUp })));
const Invite = lazy(() => import("../welcome/invite.tsx").then((m) => ({ default: m.Invite })));
const Reset = lazy(() => import("../welcome/reset.tsx").then((m) => ({ default: m.Reset })));
const Frame = lazy(() => import("./frame.tsx").then((m) => ({ default: m.Frame })));
const SheetPage = lazy(() => import("./frame.tsx").then((m) => ({ default: m.SheetPage })));
const Landing = lazy(() => import("./frame.tsx").then((m) => ({ default: m.Landing })));
const Settings = lazy(() =>
  import("../settings/settings.tsx").then((m) => ({ default: m.Settings })),
);
const Duplicates = lazy(() =>
  import("../duplicates/duplicates.tsx").then((m) => ({ default: m.Duplicates })),
);
const Quality = lazy(() => import("../quality/quality.tsx").then((m) => ({ default: m.Quality })));
/** All generic parts in every state, for looking at; not part of a release. */
const Gallery = import.meta.env.DEV
  ? lazy(() => import("../ui/gallery.tsx").then((m) => ({ default: m.Gallery })))
  : undefined;

// Whoever is not signed in ends up at one of these: its code comes while the router begins.
if (location.pathname === "/sign-up") void SignUp.preload();
else if (user() === undefined) void SignIn.preload();

export function App() {
  return (
    <Router root={Root}>
      <Route path="/" component={Home} />
      <Route path="/start" component={() => <SignedIn>{() => <Start />}</SignedIn>} />
      <Route path="/sign-in" component={SignIn} />
      <Route path="/sign-up" component={SignUp} />
      <Route path="/invite/:token" component={Invite} />
      <Route path="/reset/:token" component={Reset} />
      <Route path="/w/:workspace" component={Guarded}>
        <Route path="/" component={Landing} />
        <Route path="/settings" component={() => <Navigate href="workspace" />} />
        <Route path="/settings/:page" component={Settings} />
        <Route path="/-/duplicates" component={Duplicates} />
        <Route path="/-/quality" component={Quality} />
        <Route path="/:sheet" component={SheetPage} />
      </Route>
      {Gallery && <Route path="/dev/ui" component={Gallery} />}
      <Route path="*" component={NotFound} />
    </Router>
  );
}

function Root(props: RouteSectionProps) {
  onMount(() => void confirmUser());
  return (
    <>
      <ErrorBoundary fallback={(error: unknown) => <Broken error={error} />}>
        <Suspense>{props.children}</Suspense>
      </ErrorBoundary>
      <Toasts />
    </>
  );
}

/** For people who have signed in; afterwards they land where they wanted to go. */
function SignedIn(props: { children: (user: string) => JSX.Element }) {
  const location = useLocation();
  return (
    <Show
      when={user()?.id}
      keyed
      fallback={
        <Navigate
          href={`/sign-in?return=${encodeURIComponent(location.pathname + location.search)}`}
        />
      }
    >
      {(id) => props.children(id)}
    </Show>
  );
}

function Guarded(props: RouteSectionProps) {
  return (
    <SignedIn>
      {() => (
        <Show when={props.params["workspace"]} keyed>
          {(workspace) => <Frame workspace={workspace}>{props.children}</Frame>}
        </Show>
      )}
    </SignedIn>
  );
}
