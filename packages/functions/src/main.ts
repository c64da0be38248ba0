import * as Environment from "./env.ts";
import { type LocalServer, startLocal } from "./local.ts";
import { toStdout } from "./log/line.ts";
import { createLog, type Log } from "./log/log.ts";

export interface RunOptions {
  /** The built pages. */
  readonly webFolder: string;
  /** The built worker that reads files. */
  readonly workerFile: string;
  /** Instead of PORT and PUBLIC_URL. */
  readonly port?: number;
  readonly publicUrl?: string;
}

/** Starts the local server for a person at a terminal: says where it is, stops on a signal, ends with 1 when it cannot start. */
export async function run(options: RunOptions): Promise<LocalServer | undefined> {
  let server: LocalServer;
  let log: Log;
  try {
    const environment = Environment.read(process.env);
    log = createLog({ sink: toStdout(environment.LOG) });
    server = await startLocal(
      {
        ...environment,
        ...(options.port === undefined ? {} : { PORT: options.port }),
        ...(options.publicUrl === undefined ? {} : { PUBLIC_URL: options.publicUrl }),
      },
      {
        webFolder: options.webFolder,
        workerFile: options.workerFile,
        log,
      },
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    // Nothing that was begun may keep the process alive.
    setTimeout(() => process.exit(), 1_000).unref();
    return undefined;
  }
  process.stderr.write(`Gridfolk is at ${options.publicUrl ?? server.url}\n`);
  if (server.firstAccountToken !== undefined) {
    process.stderr.write(
      `Accounts are by invitation. The first one: ${server.url}/sign-up?invitation=${server.firstAccountToken}\n`,
    );
  }
  stopOnSignal(server, log);
  return server;
}

function stopOnSignal(server: LocalServer, log: Log): void {
  let asked = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (asked) process.exit(1);
      asked = true;
      server.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.fault(error);
          process.exit(1);
        },
      );
    });
  }
}
