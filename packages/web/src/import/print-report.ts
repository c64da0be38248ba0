import type { Finding } from "@gridfolk/core/import/health";

/** Opens the printing of a report about a file: a page of its own, in black on white. */
export function printReport(report: {
  readonly title: string;
  readonly lead: string;
  readonly findings: readonly Finding[];
}): void {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.title = "Report for printing";
  document.body.append(frame);
  const page = frame.contentDocument;
  const view = frame.contentWindow;
  if (page === null || view === null) return;
  page.title = `${report.title}: worth a look`;
  const style = page.createElement("style");
  style.textContent =
    "body{font:11pt/1.45 system-ui,sans-serif;margin:2cm}h1{font-size:16pt;margin:0}li{margin:.3em 0;break-inside:avoid}footer{color:#555;font-size:9pt;margin-top:2em}";
  page.head.append(style);
  const add = (tag: string, text: string, to: Node = page.body): HTMLElement => {
    const made = page.createElement(tag);
    made.textContent = text;
    to.appendChild(made);
    return made;
  };
  add("h1", report.title);
  add("p", report.lead);
  if (report.findings.length === 0) add("p", "Nothing to mend was found.");
  else {
    add("h2", "Worth a look");
    const list = add("ul", "");
    for (const { column, message } of report.findings) {
      const item = add("li", "", list);
      if (column !== undefined) add("b", `${column}: `, item);
      item.append(message);
    }
  }
  add("footer", new Date().toLocaleString());
  view.addEventListener("afterprint", () => frame.remove());
  view.focus();
  view.print();
}
