import { describe, expect, it } from "vitest";
import { hasTools, synthesize } from "../testing/synthesis.ts";
import { billOf, IDLE_MONTH_USD } from "./bill.ts";
import { DAY, type Day, movesOf, partsOf, rereadingOf, snapshotsOf } from "./day.ts";
import { idleLines, total } from "./idle.ts";
import { BadOption, readOptions } from "./options.ts";
import { billAsJson, billInWords } from "./print.ts";
import { type Act, type ActName, ACTS, type Profile } from "./profile.ts";
import measured from "./profile.json";
import { minus, plus, priceOfAll, times, type Usage } from "./usage.ts";

const profile: Profile = measured;

/** A profile in which nothing is used but by these acts. */
function only(acts: Partial<Record<ActName, Act>>): Profile {
  const none = Object.fromEntries(ACTS.map((name) => [name, { each: {} }]));
  return {
    ...profile,
    pace: { pingS: 300, socketMinutes: 110, placeS: 15 },
    acts: { ...none, ...acts } as Profile["acts"],
    kept: { mostHeads: 1, leastText: 0, textPerRow: 1_000, editText: 1_000, importRowText: 100 },
    stored: { row: 0, edit: 0, importRow: 0 },
  };
}

/** What one of the parts uses. */
function used(what: string, day: Day, by: Profile): Usage {
  return partsOf(day, by).find((part) => part.what === what)?.usage ?? {};
}

const office: Day = {
  users: 5,
  rows: 20_000,
  edits: 100,
  imports: 10,
  importRows: 200,
  reports: 4,
  exports: 2,
  open: 8,
  looking: 2,
  looks: 3,
  starts: 1,
};

describe("usage", () => {
  it("is added, taken away and multiplied by name, and priced by the list", () => {
    const one: Usage = { httpApiRequest: 2, dynamodbWriteUnit: 10 };
    expect(plus(one, { httpApiRequest: 1, s3Get: 4 })).toEqual({
      httpApiRequest: 3,
      dynamodbWriteUnit: 10,
      s3Get: 4,
    });
    expect(minus(one, { httpApiRequest: 2 })).toEqual({ httpApiRequest: 0, dynamodbWriteUnit: 10 });
    expect(times(one, 3)).toEqual({ httpApiRequest: 6, dynamodbWriteUnit: 30 });
    // A million requests for a dollar, a million write units for 0.625.
    expect(priceOfAll({ httpApiRequest: 500_000, dynamodbWriteUnit: 2_000_000 })).toBeCloseTo(1.75);
  });
});

describe("a day", () => {
  it("tells every edit to whoever made it and to those who look, and the others fetch it later", () => {
    const by = only({
      edit: { each: { httpApiRequest: 1 }, perLooker: { webSocketMessage: 1 } },
      editSeen: { each: { cloudFrontOut: 1 } },
    });
    // Of four others a quarter looks: one is told, three fetch.
    const edits = used("edits", office, by);
    expect(edits.httpApiRequest).toBeCloseTo(100);
    expect(edits.webSocketMessage).toBeCloseTo(100);
    expect(edits.cloudFrontOut).toBeCloseTo(300);
  });

  it("counts an import by its rows, once for whoever makes it and once for each of the others", () => {
    const by = only({
      import: { each: { httpApiRequest: 5 }, perImportRow: { dynamodbWriteUnit: 0.1 } },
      importSeen: { each: { httpApiRequest: 2 } },
    });
    const imports = used("imports", office, by);
    expect(imports.dynamodbWriteUnit).toBeCloseTo(10 * 200 * 0.1);
    expect(imports.httpApiRequest).toBeCloseTo(10 * 5 + 10 * 4 * 2);
  });

  it("reads rows anew where too much came after what a browser keeps", () => {
    const by = {
      ...only({}),
      kept: {
        mostHeads: 4_000,
        leastText: 4e6,
        textPerRow: 300,
        editText: 500,
        importRowText: 200,
      },
    };
    const day = { ...office, rows: 50_000, edits: 2_000, imports: 0 };
    expect(rereadingOf(day, by)).toBeCloseTo(0.5);
    expect(rereadingOf({ ...day, imports: 50, importRows: 2_000 }, by)).toBe(1);
    expect(rereadingOf({ ...day, imports: 50, importRows: 500 }, by)).toBeCloseTo(0.5125);
    // Of a small workspace more is kept than its pages.
    expect(rereadingOf({ ...day, rows: 100, edits: 4_000 }, by)).toBe(1);
    expect(rereadingOf({ ...day, rows: 100, edits: 400 }, by)).toBeCloseTo(0.1);
  });

  it("says less where people are, the more of it their edits say", () => {
    const day = { ...office, users: 10, looking: 2 };
    expect(movesOf({ ...day, edits: 0 }, 30)).toBeCloseTo(1_200);
    expect(movesOf({ ...day, edits: 1 }, 30)).toBeCloseTo(1_199.5, 1);
    expect(movesOf({ ...day, edits: 2_000 }, 30)).toBeCloseTo(466, 0);
    expect(movesOf({ ...day, edits: 20_000 }, 30)).toBeLessThan(1);
    expect(movesOf({ ...day, looking: 0 }, 30)).toBe(0);
  });

  it("opens with all rows, by their number", () => {
    const by = only({ rows: { each: { s3Put: 1 }, perThousandRows: { s3Put: 2 } } });
    expect(used("opening it in the morning", office, by).s3Put).toBeCloseTo(5 * (1 + 20 * 2));
  });

  it("pings, moves and gets new sockets by the clock", () => {
    const by = only({
      ping: { each: { webSocketMessage: 2 } },
      beat: { each: { webSocketMessage: 1 } },
      reconnect: { each: { lambdaRequest: 3 } },
      move: { each: { lambdaRequest: 1 } },
    });
    const open = used("having it open", office, by);
    expect(open.webSocketMessage).toBeCloseTo(5 * 12 * (2 * 2 + 6));
    expect(open.lambdaRequest).toBeCloseTo(5 * 4 * 3);
    expect(open.webSocketMinute).toBeCloseTo(5 * 8 * 60);
    // Half of two hours on the move, a word every 15 s.
    const still = { ...office, edits: 0 };
    expect(used("who is where", still, by).lambdaRequest).toBeCloseTo((5 * 2 * 3_600) / 2 / 15);
  });

  it("takes a snapshot by the number of changes, by their length, or when the pages are shorter", () => {
    const due = {
      dueHeads: 1_000,
      dueBytes: 2_000_000,
      leastBytes: 64_000,
      editBytes: 1_000,
      importRowBytes: 100,
      rowBytes: 100,
    };
    const by = { ...only({}), snapshots: due };
    const day = { ...office, rows: 1_000_000, edits: 0, imports: 0 };
    expect(snapshotsOf({ ...day, edits: 3_000 }, by)).toBeCloseTo(3);
    expect(snapshotsOf({ ...day, imports: 10, importRows: 10_000 }, by)).toBeCloseTo(5);
    expect(snapshotsOf({ ...day, edits: 1_000, rows: 5_000 }, by)).toBeCloseTo(2);
    expect(snapshotsOf({ ...day, edits: 640, rows: 10 }, by)).toBeCloseTo(10);
  });

  it("of one person is told to nobody else", () => {
    const by = only({
      edit: { each: {}, perLooker: { webSocketMessage: 1 } },
      importSeen: { each: { httpApiRequest: 1 } },
    });
    const alone = { ...office, users: 1 };
    expect(priceOfAll(used("edits", alone, by))).toBe(0);
    expect(used("imports", alone, by).httpApiRequest).toBeCloseTo(0);
  });
});

describe("the bill", () => {
  it("adds days to a month, with what is stored and the schedule of the other days", () => {
    const by: Profile = {
      ...only({
        report: { each: { lambdaRequest: 1_000_000 } },
        tick: { each: { sqsRequest: 1 } },
      }),
      stored: { row: 1_000, edit: 0, importRow: 500 },
    };
    const day = { ...office, users: 1, open: 0, looking: 0 };
    const { services, total: all } = billOf(day, 10, by);
    const of = (name: string) => services.find((row) => row.name === name);
    expect(of("Lambda")).toMatchObject({ day: expect.closeTo(4 * 0.2), month: expect.closeTo(8) });
    expect(of("SQS")?.month).toBeCloseTo((30 * 24 * 0.4) / 1e6, 9);
    // 20 MB, and 1 MB more a day, half of it on average, at 0.25 and 0.20 USD a GB.
    const stored = (0.02 + (10 * 0.001) / 2) * 0.45;
    expect(of("DynamoDB, storage and its backup")?.month).toBeCloseTo(stored, 6);
    expect(all.month).toBeCloseTo(
      services.reduce((sum, { month }) => sum + month, 0),
      9,
    );
    expect(all.day).toBeCloseTo(
      services.reduce((sum, row) => sum + row.day, 0),
      9,
    );
  });

  it.each(Object.keys(DAY) as (keyof Day)[])("of more %s is not less", (key) => {
    const costs = [0.1, 0.25, 0.5, 1, 2, 4].map((factor) => {
      const more = { ...DAY, exports: 10, open: 24, [key]: Math.ceil((DAY[key] || 10) * factor) };
      // Spread over more hours, fewer look at the same time: the share stays.
      const looking = key === "open" ? more.open / 12 : Math.min(more.looking, more.open);
      return billOf({ ...more, looking }, 22, profile).total;
    });
    for (const [index, { day, month }] of costs.entries()) {
      expect(day).toBeGreaterThanOrEqual(costs[index - 1]?.day ?? 0);
      expect(month).toBeGreaterThanOrEqual(costs[index - 1]?.month ?? 0);
    }
  });

  it("of an office of ten is no more than was reached", () => {
    const { total: all } = billOf(DAY, 22, profile);
    expect(all.day).toBeGreaterThan(0.005);
    expect(all.day).toBeLessThanOrEqual(0.05);
  });

  it("is told in words and as JSON alike", () => {
    const asked = readOptions(["--users", "5", "--json"]);
    const { total: all } = JSON.parse(billAsJson(asked)) as { total: { month: number } };
    expect(all.month).toBeGreaterThan(0);
    expect(billInWords(asked)).toContain(all.month.toFixed(3));
  });
});

describe("options", () => {
  it("are those of an office of ten, unless said otherwise", () => {
    expect(readOptions([])).toEqual({ day: DAY, days: 22, json: false });
    expect(readOptions(["--users", "3", "--import-rows=1000", "--days", "5", "--json"])).toEqual({
      day: { ...DAY, users: 3, importRows: 1_000 },
      days: 5,
      json: true,
    });
  });

  it.each<[string[], RegExp]>([
    [["--people", "3"], /no option --people.*--users/],
    [["10"], /no option 10/],
    [["--users"], /--users takes a whole number from 1 to 200.*nothing/],
    [["--users", "0"], /from 1 to 200.*“0”/],
    [["--users", "2.5"], /whole number/],
    [["--rows", "50,000"], /without separators; it got “50,000”/],
    [["--rows", "-1"], /“-1”/],
    [["--rows", "1e9"], /“1e9”/],
    [["--rows", "2000000"], /to 1000000/],
    [["--days", "32"], /to 31/],
    [["--users", "3", "--users", "4"], /twice/],
    [["--open", "1"], /--looking is 2 hours of the 1/],
    [["--json=yes"], /no option --json=yes/],
  ])("%j are refused with what is wrong", (words, message) => {
    expect(() => readOptions(words)).toThrow(BadOption);
    expect(() => readOptions(words)).toThrow(message);
  });
});

describe("the profile", () => {
  it("has every act, and something in each but those that may come to nothing", () => {
    expect(Object.keys(profile.acts).toSorted()).toEqual([...ACTS].toSorted());
    const mayBeNothing = new Set<ActName>(["editSeen"]);
    const empty = ACTS.filter((name) => {
      const { each, perThousandRows = {} } = profile.acts[name];
      return !mayBeNothing.has(name) && priceOfAll(plus(each, perThousandRows)) <= 0;
    });
    expect(empty).toEqual([]);
  });

  it.skipIf(!hasTools)(
    "was measured with the memory that the stacks give the functions",
    async () => {
      const { app } = await synthesize("production");
      const functions = Object.entries(app.Resources).filter(
        ([, { Type, Properties }]) =>
          Type === "AWS::Lambda::Function" && String(Properties.Runtime) === "nodejs24.x",
      );
      for (const [name, memoryMb] of Object.entries(profile.memoryMb)) {
        const found = functions.find(([id]) => id.toLowerCase().startsWith(`${name}function`));
        expect([name, found?.[1].Properties.MemorySize]).toEqual([name, memoryMb]);
      }
    },
  );

  it.skipIf(!hasTools)("stands beside what an installation costs that nobody uses", async () => {
    const { data, web, app } = await synthesize("production", { alarmEmail: "ops@example.com" });
    expect(total(idleLines([data, web, app]))).toBeCloseTo(IDLE_MONTH_USD, 2);
  });
});
