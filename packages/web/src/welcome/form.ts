import { createSignal, type Accessor } from "solid-js";
import { DomainError } from "@gridfolk/core/error";
import { inWords } from "../data/api.ts";

export interface Form<Name extends string> {
  readonly values: Record<Name, Accessor<string>>;
  set(name: Name, value: string): void;
  /** What is wrong with one field. */
  error(name: Name): string | undefined;
  /** What is wrong otherwise. */
  readonly problem: Accessor<string | undefined>;
  readonly busy: Accessor<boolean>;
  readonly submit: (event: SubmitEvent) => void;
}

/** A failure that belongs to one field. */
export class FieldError extends Error {
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/**
 * A small form of text fields: `check` tells what is wrong before anything is sent, `send` does the work and may throw a
 * FieldError. After a failure the first wrong field has the focus; typing into a field takes its error away.
 */
export function createForm<Name extends string>(
  initial: Record<Name, string>,
  options: {
    check: (values: Record<Name, string>) => Partial<Record<Name, string>>;
    send: (values: Record<Name, string>) => Promise<void>;
  },
): Form<Name> {
  const names = Object.keys(initial) as Name[];
  const signals = Object.fromEntries(
    names.map((name) => [name, createSignal(initial[name])]),
  ) as Record<Name, ReturnType<typeof createSignal<string>>>;
  const [errors, setErrors] = createSignal<Partial<Record<Name, string>>>({});
  const [problem, setProblem] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);

  async function run(form: HTMLFormElement): Promise<void> {
    const values = Object.fromEntries(names.map((name) => [name, signals[name][0]()])) as Record<
      Name,
      string
    >;
    const found = options.check(values);
    setErrors(() => found);
    setProblem(undefined);
    const first = names.find((name) => found[name] !== undefined);
    if (first) {
      focus(form, first);
      return;
    }
    setBusy(true);
    try {
      await options.send(values);
    } catch (error) {
      if (error instanceof FieldError && names.includes(error.field as Name)) {
        setErrors(() => ({ [error.field]: error.message }) as Partial<Record<Name, string>>);
        focus(form, error.field);
      } else setProblem(inWords(error));
    } finally {
      setBusy(false);
    }
  }

  return {
    values: Object.fromEntries(names.map((name) => [name, signals[name][0]])) as Record<
      Name,
      Accessor<string>
    >,
    set(name, value) {
      signals[name][1](value);
      if (errors()[name]) setErrors(({ [name]: _gone, ...rest }) => rest as typeof rest & object);
    },
    error: (name) => errors()[name],
    problem,
    busy,
    submit: (event) => {
      event.preventDefault();
      if (!busy()) void run(event.currentTarget as HTMLFormElement);
    },
  };
}

function focus(form: HTMLFormElement, name: string): void {
  form.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
}

/** Whether an account could not be made because there is one with this e-mail. */
export function isTaken(error: unknown): boolean {
  return error instanceof DomainError && /already exists/iu.test(error.message);
}

export function emailProblem(email: string): string | undefined {
  if (!email.trim()) return "Enter your e-mail address.";
  return /^\S+@\S+\.\S+$/u.test(email.trim())
    ? undefined
    : "This does not look like an e-mail address. It needs an @ and a domain, like grace@example.com.";
}

const SHORTEST_PASSWORD = 8;

export function newPasswordProblem(password: string): string | undefined {
  if (!password) return "Choose a password.";
  return password.length < SHORTEST_PASSWORD
    ? `Use at least ${SHORTEST_PASSWORD} characters.`
    : undefined;
}
