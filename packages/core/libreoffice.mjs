// Asks LibreOffice what the expressions of src/formula/testdata/expressions.txt answer and keeps it beside them:
// the formula tests compare with that. Run it again after adding expressions: npm run formulas:compare
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import exceljs from "exceljs";
import { strFromU8, unzipSync } from "fflate";

const folder = fileURLToPath(new URL("src/formula/testdata", import.meta.url));
const expressions = readFileSync(join(folder, "expressions.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("# "));

/** Text of a piece of XML without its tags. */
function text(xml) {
  const entities = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return xml.replace(/<[^>]*>/g, "").replace(/&(\w+);/g, (_, name) => entities[name] ?? "");
}

const scratch = mkdtempSync(join(tmpdir(), "gridfolk-formulas-"));
try {
  const asked = new exceljs.Workbook();
  const sheet = asked.addWorksheet("formulas");
  /** Functions that came later than the file format carry a prefix in it. */
  const later = /\b(IFS|SWITCH|CONCAT|TEXTJOIN|MAXIFS|MINIFS)\(/g;
  expressions.forEach((formula, index) => {
    sheet.getCell(index + 1, 1).value = {
      formula: formula
        .replace(later, "_xlfn.$1(")
        .replace(/\b(XOR|UNICHAR|UNICODE|ISOWEEKNUM|DAYS|IFNA)\(/g, "_xlfn.$1("),
    };
  });
  await asked.xlsx.writeFile(join(scratch, "asked.xlsx"));
  const run = spawnSync(
    "soffice",
    [
      "--headless",
      `-env:UserInstallation=file://${scratch}/profile`,
      "--convert-to",
      "xlsx:Calc MS Excel 2007 XML",
      "--outdir",
      join(scratch, "out"),
      join(scratch, "asked.xlsx"),
    ],
    { timeout: 120_000, encoding: "utf8" },
  );
  if (run.status !== 0) throw new Error(`LibreOffice failed: ${run.stderr}`);
  const parts = unzipSync(readFileSync(join(scratch, "out", "asked.xlsx")));
  const xml = strFromU8(parts["xl/worksheets/sheet1.xml"]);
  const strings = [
    ...strFromU8(parts["xl/sharedStrings.xml"] ?? new Uint8Array()).matchAll(/<si>(.*?)<\/si>/gs),
  ].map(([, item]) => text(item));
  const answers = expressions.map((formula, index) => {
    const cell = new RegExp(`<c r="A${index + 1}"([^>]*)>(.*?)</c>`, "s").exec(xml);
    const type = / t="(\w+)"/.exec(cell?.[1] ?? "")?.[1];
    const value = text(/<v>(.*?)<\/v>/s.exec(cell?.[2] ?? "")?.[1] ?? "");
    if (type === "s") return [formula, strings[Number(value)]];
    if (type === "b") return [formula, value === "1"];
    return [formula, type === "e" || type === "str" ? value : Number(value)];
  });
  const version = spawnSync("soffice", ["--version"], { encoding: "utf8" }).stdout.split(" ")[1];
  const lines = answers.map((answer) => `    ${JSON.stringify(answer)}`).join(",\n");
  writeFileSync(
    join(folder, "libreoffice.json"),
    `{\n  "version": ${JSON.stringify(version)},\n  "answers": [\n${lines}\n  ]\n}\n`,
  );
  console.log(`${answers.length} answers of LibreOffice ${version}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
