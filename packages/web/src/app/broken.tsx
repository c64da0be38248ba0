import Compass from "lucide-solid/icons/compass";
import TriangleAlert from "lucide-solid/icons/triangle-alert";
import { onMount } from "solid-js";
import { inWords } from "../data/api.ts";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";

/** Something in this page failed. Nothing that was saved is lost; loading again is the way on. */
export function Broken(props: { error: unknown }) {
  onMount(() => console.error(props.error));
  return (
    <div style={{ flex: 1, "min-height": "60vh" }}>
      <Empty
        icon={TriangleAlert}
        title="This page has stopped working"
        isPage
        actions={
          <Button variant="primary" onClick={() => location.reload()}>
            Load again
          </Button>
        }
      >
        {inWords(props.error)} Your saved changes are safe, and changes still waiting to be sent are
        kept in this browser.
      </Empty>
    </div>
  );
}

export function NotFound() {
  return (
    <main style={{ height: "100dvh" }}>
      <Empty
        icon={Compass}
        title="There is nothing at this address"
        isPage
        actions={
          <Button variant="primary" onClick={() => location.assign("/")}>
            Go to my workspace
          </Button>
        }
      >
        The link may be incomplete, or what it led to was removed.
      </Empty>
    </main>
  );
}
