/** Resolves when the text has left the process: a pipe may take only some of it at first. */
export function print(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

export function printJson(value: unknown): Promise<void> {
  return print(`${JSON.stringify(value)}\n`);
}

/** For people; never mixes with what scripts read. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

export interface Progress {
  update(text: string): void;
  end(): void;
}

/** One line that changes, on a terminal; nothing elsewhere. */
export function progress(): Progress {
  const { stderr } = process;
  if (!stderr.isTTY) return { update: () => undefined, end: () => undefined };
  let shown = 0;
  let used = false;
  return {
    update(text) {
      const now = performance.now();
      if (now - shown < 80) return;
      shown = now;
      used = true;
      stderr.write(`\r\u001b[K${text}`);
    },
    end() {
      if (used) stderr.write("\r\u001b[K");
    },
  };
}

/** Whether a person can be asked. */
export function isInteractive(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
}
