import Check from "lucide-solid/icons/check";
import Copy from "lucide-solid/icons/copy";
import { createSignal, type JSX } from "solid-js";
import { Button } from "../ui/button.tsx";
import styles from "./settings.module.css";

/** A link to hand on: shown, selected on focus, copied by a button. */
export function CopyLink(props: { label: string; link: string; children: JSX.Element }) {
  const [copied, setCopied] = createSignal(false);
  let input!: HTMLInputElement;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.link);
    } catch {
      // Pages without a secure connection have no clipboard: the old way.
      input.select();
      document.execCommand("copy");
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <div class={styles.link} role="status">
      <p>{props.children}</p>
      <input
        ref={input}
        readOnly
        aria-label={props.label}
        value={props.link}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        variant="primary"
        icon={copied() ? Check : Copy}
        onClick={() => {
          void copy();
        }}
      >
        {copied() ? "Copied" : "Copy link"}
      </Button>
    </div>
  );
}
