const COMMANDS = {
  login: {
    summary: "Sign in and remember the workspace",
    text: `gridfolk login [URL] [--email ADDRESS] [--workspace ID]

Signs in to a Gridfolk server (default http://localhost:3000) and remembers address, session and workspace in
your configuration folder, readable by you alone. Without a terminal the password is read from GRIDFOLK_PASSWORD.
`,
  },
  import: {
    summary: "Import a CSV, TSV or Excel file",
    text: `gridfolk import FILE [--sheet contacts] [options]

  --sheet KEY        Sheet to import into; by default the one that fits the file best
  --key FIELD        Match existing records by email, phone, any other field or none
                     (default: e-mail if the file has it, else phone, else none)
  --mode MODE        overwrite (default; blank cells never erase) or fill (only blank cells are written)
  --worksheet NAME   Worksheet of an Excel workbook (default: the first with rows in it)
  --conflicts WHO    Of an edited export: file or workspace (default) has a cell that both changed
  --delete-missing   Of an edited export: records whose rows were taken out go to the trash
  --refused FILE     Write the refused rows there, with the reason of each (.xlsx or .csv)
  --saved NAME       Follow a saved import: its sheet, columns, key and mode; the options above go before it
  --dry-run          Say what would happen, write nothing
  --yes              Do not ask before writing
  --json             The result as JSON on standard output; nothing else is written there

Ends with 0 when done (also with refused rows), 1 when it failed and nothing was written, 3 when part of it was
written (the id to undo is printed).
`,
  },
  export: {
    summary: "Export a sheet or a view as CSV or Excel",
    text: `gridfolk export [SHEET] [--format csv|xlsx] [--view ID] [--output FILE] [--ids | --no-ids]

Writes to FILE, else to standard output when that is not a terminal, else to a file named after the sheet. With ids,
in a last column (the default for Excel, where it is hidden), the edited file can be imported again and is merged.
`,
  },
  undo: {
    summary: "Undo an import or a change",
    text: `gridfolk undo ID [--json]

ID is what the import printed, or the id of a changeset from a record's history. What somebody changed since stays
and is listed.
`,
  },
  inspect: {
    summary: "Say what is in a file, without a server",
    text: `gridfolk inspect FILE [--json] [--rows N] [--locale en-US]

Shows the tables found in a file: header row, encoding, delimiter, the type of every column and the field it would be
imported into. A file that cannot be read is explained.
`,
  },
  duplicates: {
    summary: "Find duplicates in a file, without a server",
    text: `gridfolk duplicates FILE [--profile contact|company|deal|generic] [--columns a,b,c] [--json]

  --profile NAME     What a row is; by default what the columns look like
  --columns A,B,C    Compare only these columns, by name or number from 1
                     (leave out a column that numbers the rows by what they are)
  --worksheet NAME   Worksheet of an Excel workbook (default: the first with rows in it)
  --locale en-US     Decides dates with two readings
  --json             {pairs: [{a, b, probability, reasons}], clusters: [{rows}]} on standard output; nothing else
                     is written there

Rows are counted from 0 at the first line after the header, blank ones too. Pairs are those that are at least 20 %
sure; clusters are groups of rows that are taken for one thing. Nothing is changed.
`,
  },
  "reset-password": {
    summary: "Make a link that sets a new password (for operators)",
    text: `gridfolk reset-password EMAIL

For whoever runs the server: works on DATA_DIR or DYNAMODB_ENDPOINT directly and prints a link that is good once.
`,
  },
};

const GENERAL = `gridfolk: a CRM that works like a shared spreadsheet

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  gridfolk ${name.padEnd(16)}${summary}`)
  .join("\n")}

  gridfolk COMMAND --help    explains one of them

GRIDFOLK_URL, GRIDFOLK_TOKEN and GRIDFOLK_WORKSPACE take the place of a login.
`;

/** The text of --help, for one command or for all. */
export function usage(command) {
  return Object.hasOwn(COMMANDS, command ?? "") ? COMMANDS[command].text : GENERAL;
}
