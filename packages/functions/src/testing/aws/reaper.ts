import { spawn } from "node:child_process";
import type { Writable } from "node:stream";

/**
 * Frozen processes cannot notice that their parent is gone. A shell that reads their numbers from a pipe does: when the
 * pipe ends, however this process ended, it ends those that are left.
 */
const SCRIPT = `pids=" "
while read -r word pid; do
  case $word in
    add) pids="$pids$pid " ;;
    gone) pids=$(printf %s "$pids" | sed "s/ $pid / /") ;;
  esac
done
test "$pids" = " " || kill -9 $pids 2>/dev/null`;

let pipe: Writable | undefined;

function reaper(): Writable {
  if (pipe === undefined) {
    const shell = spawn("sh", ["-c", SCRIPT], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    shell.unref();
    pipe = shell.stdin;
    (shell.stdin as Writable & { unref?: () => void }).unref?.();
    pipe.on("error", () => {});
  }
  return pipe;
}

/** This process is to end when we do. */
export function add(pid: number): void {
  reaper().write(`add ${pid}\n`);
}

/** It has ended; its number may be somebody else's soon. */
export function gone(pid: number): void {
  reaper().write(`gone ${pid}\n`);
}
