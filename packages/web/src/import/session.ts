import { batch, createMemo, createSignal, onCleanup, type Accessor } from "solid-js";
import type { Field, Sheet } from "@gridfolk/core/field/field";
import type { BesideChoice } from "@gridfolk/core/import/beside";
import type { ColumnMapping, Mapping } from "@gridfolk/core/import/mapping";
import { must } from "@gridfolk/core/assert";
import type { Finding } from "@gridfolk/core/import/health";
import * as Learned from "@gridfolk/core/import/learned";
import type { Choices } from "@gridfolk/core/import/round-trip";
import type { ImportSource } from "../app/shell.ts";
import type { Workspace } from "../data/workspace.ts";
import { makeImportClient } from "./client.ts";
import { createColumnChoices } from "./column-choices.ts";
import type {
  FileView,
  MappingView,
  PlanView,
  Progress,
  TableChoice,
  Wanted,
  Written,
} from "./messages.ts";

export const steps = ["file", "columns", "matches", "preview", "done"] as const;
export type Step = (typeof steps)[number];

/** Rows of which the problems are looked for without being asked. */
const QUICKLY_CHECKED = 100_000;

/** Added rows are wanted, most likely; nothing is taken away before somebody says so. */
const CAREFUL: Choices = { file: [], added: true, deleted: false };

export type Mode = "fill" | "overwrite";

/** The largest workbook that is read; a larger one is refused with this number. */
export const XLSX_LIMIT_BYTES = 20 * 1024 * 1024;
/** A workbook that takes longer is refused: some make readers run for ever. */
const OPEN_LIMIT_MS = 60_000;

/** From so many rows on the sheet behind waits until the import is left. */
const LARGE_ROWS = 20_000;

/** State of one import: the choices a person made, and what the worker answered to them. Back loses nothing. */
export function createImportSession(workspace: Workspace, from: ImportSource) {
  const [step, setStep] = createSignal<Step>("file");
  const [busy, setBusy] = createSignal<string>();
  const [problem, setProblem] = createSignal<string>();
  const [progress, setProgress] = createSignal<Progress>();
  const [file, setFile] = createSignal<FileView>();
  const [proposal, setProposal] = createSignal<MappingView>();
  const [mapping, setMapping] = createSignal<Mapping>();
  const [key, setKey] = createSignal("none");
  const [mode, setMode] = createSignal<Mode>("fill");
  const [health, setHealth] = createSignal<readonly Finding[]>();
  /** When writing began, by the clock of the page. */
  const [startedAt, setStartedAt] = createSignal(0);
  const [choices, setChoices] = createSignal<Choices>(CAREFUL);
  /** Rows that somebody said are of a record that is there, with its id. */
  const [same, setSame] = createSignal<ReadonlyMap<number, string>>(new Map());
  const [plan, setPlan] = createSignal<PlanView>();
  const [written, setWritten] = createSignal<Written>();
  /** What the plan was made for; another mapping, key or mode makes it stale. */
  let planned: unknown;
  /** What was asked for where the columns go, last. */
  let asked: Wanted = {};
  /** What was said of rows holds for one way of reading and recognising them. */
  let saidOf: unknown;

  /** What was asked for beside the values and is not read yet. */
  const [wanted, setWanted] = createSignal<BesideChoice>();
  let taking: Promise<unknown> = Promise.resolve();
  /** What is taken and left of what the file says beside its values. */
  const beside = (): BesideChoice => {
    const { leaveOut = {}, chosen = [] } = file()?.beside ?? {};
    return wanted() ?? { leaveOut, looks: chosen };
  };

  let client = makeImportClient(setProgress);
  /** Counts restarts: what an ended worker still answers is of no interest. */
  let run = 0;
  /** While a large import is open the workbook behind it stays as it is: folding it as well would take as much memory again. */
  let release: (() => void) | undefined;
  onCleanup(() => {
    client.close();
    if (release !== undefined) void catchUp();
  });

  const sheet: Accessor<Sheet | undefined> = createMemo(() =>
    proposal()?.sheets.find((one) => one.key === mapping()?.sheet),
  );

  /** Runs one step's work; a failure is shown and leaves everything as it was. */
  async function work(what: string, task: () => Promise<void>): Promise<boolean> {
    batch(() => {
      setBusy(what);
      setProblem(undefined);
      setProgress(undefined);
    });
    const started = run;
    try {
      await task();
      return true;
    } catch (error) {
      if (started === run) setProblem(error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      if (started === run) setBusy(undefined);
    }
  }

  /** Waits until the workbook behind it is what the server has. */
  function catchUp(): Promise<void> {
    release?.();
    release = undefined;
    return workspace.refresh();
  }

  /** What was read and planned is no longer needed, and makes room for the workbook. */
  async function leave(): Promise<void> {
    if (release === undefined) return;
    client.close();
    await catchUp();
  }

  function restart() {
    run += 1;
    client.close();
    client = makeImportClient(setProgress);
  }

  async function open(source: { file?: File; text?: string }) {
    const name = source.file?.name ?? "Pasted rows";
    batch(() => {
      setWanted(undefined);
      setFile(undefined);
      setProposal(undefined);
      setMapping(undefined);
      setPlan(undefined);
      setHealth(undefined);
      setChoices(CAREFUL);
    });
    if (source.file && /\.xls[xm]$/i.test(name) && source.file.size > XLSX_LIMIT_BYTES) {
      setProblem(
        `“${name}” has ${Math.ceil(source.file.size / 1024 / 1024)} MB. Workbooks up to 20 MB can be imported: save the sheet as CSV and import that.`,
      );
      return;
    }
    await work(`Reading ${name}`, async () => {
      const limit = setTimeout(() => {
        restart();
        setBusy(undefined);
        setProblem(
          `Reading “${name}” took longer than a minute and was stopped. Save the sheet as CSV and import that.`,
        );
      }, OPEN_LIMIT_MS);
      try {
        const view = await client.open({
          workspace: workspace.id,
          user: workspace.me().id,
          locale: workspace.locale(),
          name,
          ...source,
        });
        setFile(view);
      } finally {
        clearTimeout(limit);
      }
    });
  }

  /** Opens a file and, when nothing about it needs a look, goes on to its columns. */
  async function start(source: { file?: File; text?: string }) {
    await open(source);
    const found = file();
    if (found === undefined || found.dataRows === 0) return;
    const worksheets = found.tables.filter((table) => !table.hidden && table.rows > 0);
    if (worksheets.length > 1) {
      if (found.dataRows <= QUICKLY_CHECKED) void lookForProblems();
      return;
    }
    await go("columns");
    if (file()?.partial === true) await readRest();
    if (found.dataRows <= QUICKLY_CHECKED) void lookForProblems();
    // The same file as every month is one drop: what will happen is shown at once.
    if (openQuestions().length > 0) return;
    if (proposal()?.using) await go("preview");
    // Nor is there anything to choose about columns that were exported.
    else if (isExport()) await go("matches");
  }

  /** Says what is worth a look in the file; one that takes seconds waits until somebody asks for it. */
  async function lookForProblems() {
    const started = run;
    try {
      const found = await client.health();
      if (started === run) setHealth(found);
    } catch {
      // It is a report beside the way: what is really wrong is met by the steps.
    }
  }

  /** Reads the whole of a large file while a person looks at what its beginning says; what they chose by then stays. */
  async function readRest() {
    const started = run;
    try {
      const whole = await client.complete();
      const before = proposal();
      const view = await client.propose(asked);
      if (started !== run) return;
      const chosen = mapping();
      const corrected = (at: number) =>
        chosen !== undefined && chosen.columns[at] !== before?.mapping.columns[at];
      batch(() => {
        setFile(whole);
        setProgress(undefined);
        setProposal(view);
        if (chosen === undefined || chosen.sheet !== view.mapping.sheet) {
          setMapping(view.mapping);
          setKey(view.using?.key ?? defaultKey(view.mapping));
        } else {
          setMapping({
            ...view.mapping,
            columns: view.mapping.columns.map((column, at) =>
              corrected(at) ? must(chosen.columns[at]) : column,
            ),
          });
        }
      });
    } catch (error) {
      if (started === run) setProblem(error instanceof Error ? error.message : String(error));
    }
  }

  const choose = (choice: TableChoice) =>
    work("Reading again", async () => {
      const view = await client.choose(choice);
      batch(() => {
        setWanted(undefined);
        setFile(view);
        setHealth(undefined);
        setProposal(undefined);
        setMapping(undefined);
      });
      if (view.dataRows <= QUICKLY_CHECKED) void lookForProblems();
    });

  /** Takes or leaves what the file says beside its values; what was chosen for other columns stays. */
  const take = (part: BesideChoice) => {
    setWanted({ ...beside(), ...part });
    // One after the other: each stands on what the one before found.
    taking = taking.then(() => takeWanted());
    return taking;
  };

  const takeWanted = () =>
    work("Reading again", async () => {
      const choice = wanted();
      if (choice === undefined) return;
      try {
        const using = proposal()?.using;
        const found = await client.choose(choice);
        asked = {
          ...asked,
          sheet: mapping()?.sheet ?? asked.sheet,
          saved: using == null ? null : using.id,
        };
        const view = await client.propose(asked);
        // What was corrected by now.
        const before = proposal()?.mapping.columns ?? [];
        const chosen = mapping();
        const placeOf = ({ column, worksheet }: ColumnMapping) => `${worksheet ?? ""} ${column}`;
        const corrected = new Map(
          chosen?.columns.flatMap((column, at) =>
            column === before[at] ? [] : [[placeOf(column), column] as const],
          ),
        );
        batch(() => {
          setFile(found);
          setHealth(undefined);
          setProposal(view);
          setMapping({
            ...view.mapping,
            columns: view.mapping.columns.map((column) =>
              renamed(corrected.get(placeOf(column)) ?? column, column.name),
            ),
          });
        });
        if (found.dataRows <= QUICKLY_CHECKED) void lookForProblems();
      } finally {
        if (wanted() === choice) setWanted(undefined);
      }
    });

  const propose = (wanted: Wanted) =>
    work("Looking at the columns", async () => {
      asked = wanted;
      const view = await client.propose(wanted);
      batch(() => {
        if (view.file !== undefined) setFile(view.file);
        setProposal(view);
        setMapping(view.mapping);
        setKey(view.using?.key ?? defaultKey(view.mapping));
        if (view.using) setMode(view.using.mode);
      });
    });

  const columns = createColumnChoices({
    mapping,
    setMapping,
    proposal,
    sheet,
    onTarget() {
      if (!keyChoices().some((choice) => choice.value === key()))
        setKey(defaultKey(must(mapping())));
    },
    onAnswer: () => setProblem(undefined),
  });
  const { openQuestions } = columns;

  /** Fields the rows can be recognised by: mapped, and either e-mail, phone or unique. */
  const keyChoices = createMemo((): { value: string; label: string; field: Field }[] => {
    const fields = sheet()?.fields ?? [];
    return (mapping()?.columns ?? []).flatMap(({ target, of }) => {
      if (target.kind !== "field" || of !== undefined) return [];
      const field = fields.find((one) => one.key === target.field);
      if (field === undefined) return [];
      const fits =
        field.type === "email" ||
        field.type === "phone" ||
        field.unique === true ||
        field.key === "name" ||
        field.key === "domain";
      return fits ? [{ value: field.key, label: field.name, field }] : [];
    });
  });

  /** Turns on or off what else the rows become. */
  const setCompanion = (companion: string, on: boolean) => {
    const without = new Set(
      proposal()?.companions.flatMap(({ sheet: other, on: isOn }) => (isOn ? [] : [other])),
    );
    if (on) without.delete(companion);
    else without.add(companion);
    // A saved import says itself what rows become: who decides otherwise leaves it.
    return propose({ ...asked, sheet: mapping()?.sheet, saved: null, without: [...without] });
  };

  /** Whether rows below a record that stands once belong to it. */
  function setCarried(companion: string, on: boolean) {
    const current = must(mapping());
    const others = (current.carried ?? []).filter((one) => one !== companion);
    setMapping({ ...current, carried: on ? [...others, companion] : others });
  }

  /** The file is an export of a sheet that the rows go back to. */
  const isExport = () => file()?.exported != null && file()?.exported === mapping()?.sheet;

  const makePlan = () => {
    const decided = isExport() ? choices() : undefined;
    const about = JSON.stringify([file(), mapping(), key()]);
    if (saidOf !== about) setSame(new Map());
    saidOf = about;
    const rows = [...same()];
    const wanted = JSON.stringify([mapping(), key(), mode(), decided, rows]);
    if (planned === wanted && plan() !== undefined) return Promise.resolve(true);
    return work("Comparing with what is there", async () => {
      const view = await client.plan({
        mapping: must(mapping()),
        key: key(),
        mode: mode(),
        ...(decided === undefined ? {} : { choices: decided }),
        ...(rows.length === 0 ? {} : { same: rows }),
      });
      planned = wanted;
      setPlan(view);
    });
  };

  async function go(to: Step) {
    if (to === "columns" && mapping() === undefined && !(await propose({ sheet: from.sheet })))
      return;
    if ((to === "preview" || to === "matches") && !(await makePlan())) return;
    batch(() => {
      setProblem(undefined);
      setStep(to);
    });
  }

  const write = () =>
    work("Importing", async () => {
      const started = run;
      setStep("done");
      setStartedAt(performance.now());
      const rows = plan()?.rows ?? 0;
      setProgress({ phase: "writing", done: 0, of: rows });
      if (rows > LARGE_ROWS) release = workspace.hold();
      try {
        setWritten(await client.write());
      } catch (error) {
        if (release !== undefined) void catchUp();
        // What it was planned on may be why: the way back to the preview compares again.
        planned = undefined;
        if (started === run) setStep("preview");
        throw error;
      }
      if (release === undefined) await workspace.refresh();
      remember();
      if (written()?.keep === "failed") {
        setProblem("Everything was imported, but the file itself could not be kept.");
      }
    });

  /** Columns that were sent elsewhere than was proposed go there by themselves next time. */
  function remember() {
    const { corrections } = must(written());
    const { sheet: target } = must(mapping());
    if (corrections.length === 0) return;
    const operations = Learned.remember(workspace.workbook, target, corrections, (count) =>
      workspace.newRecordIds(count),
    );
    const columns = corrections.length === 1 ? "a column goes" : `${corrections.length} columns go`;
    workspace.commit(operations, `Remembered where ${columns} in imports`, {
      source: "import",
      silent: true,
    });
  }

  /** Stops a running import. Nothing of it shows: the parts written so far have no head. */
  function cancel() {
    restart();
    batch(() => {
      setBusy(undefined);
      setProgress(undefined);
      setPlan(undefined);
      setFile(undefined);
      setMapping(undefined);
      setProposal(undefined);
      setStep("file");
    });
  }

  const first = from.files?.[0];
  if (first !== undefined) void start({ file: first });
  else if (from.text !== undefined) void start({ text: from.text });

  return {
    step,
    go,
    busy,
    problem,
    setProblem,
    progress,
    file,
    start,
    choose,
    beside,
    take,
    proposal,
    propose,
    mapping,
    sheet,
    ...columns,
    key,
    setKey,
    keyChoices,
    mode,
    setMode,
    setCompanion,
    setCarried,
    setTogether: (on: boolean) => propose({ ...asked, alone: !on }),
    makePlan,
    isExport,
    choices,
    setChoices,
    same,
    setSame,
    plan,
    write,
    written,
    catchUp,
    leave,
    cancel,
    rows: (...parameters: Parameters<typeof client.rows>) => client.rows(...parameters),
    refused: (format: "csv" | "xlsx") => client.refused(format),
    health,
    lookForProblems,
    startedAt,
  };
}

export type ImportSession = ReturnType<typeof createImportSession>;

/** A column of a look that got another name. */
function renamed(column: ColumnMapping, name: string): ColumnMapping {
  if (column.name === name) return column;
  const { target } = column;
  return {
    ...column,
    name,
    target:
      target.kind === "new" && target.field.name === column.name
        ? { kind: "new", field: { ...target.field, name } }
        : target,
  };
}

/** E-mail if mapped, else phone, else none. */
function defaultKey(mapping: Mapping): string {
  const mapped = mapping.columns.flatMap(({ target, of }) =>
    target.kind === "field" && of === undefined ? [target.field] : [],
  );
  return ["email", "phone"].find((key) => mapped.includes(key)) ?? "none";
}
