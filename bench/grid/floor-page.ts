// The floor: AG Grid's own client-side rows, sort, filter and editors, and nothing else. Runs in the browser.
import {
  CellApiModule,
  ClientSideRowModelModule,
  createGrid,
  ModuleRegistry,
  QuickFilterModule,
  RenderApiModule,
  ScrollApiModule,
  TextEditorModule,
  TextFilterModule,
  themeQuartz,
  type GridApi,
} from "ag-grid-community";

interface Sent {
  readonly columns: readonly { readonly key: string; readonly name: string }[];
  readonly rows: readonly (readonly string[])[];
}

ModuleRegistry.registerModules([
  ClientSideRowModelModule,
  CellApiModule,
  QuickFilterModule,
  RenderApiModule,
  ScrollApiModule,
  TextEditorModule,
  TextFilterModule,
]);

const sent = (await (await fetch("/rows.json")).json()) as Sent;
const { columns } = sent;
const rowData = sent.rows.map((values, at) => {
  const row: Record<string, string> = { id: String(at) };
  for (const [index, { key }] of columns.entries()) row[key] = values[index] ?? "";
  return row;
});
const search = document.createElement("input");
const host = document.createElement("div");
host.style.height = "calc(100vh - 60px)";
document.body.style.margin = "0";
document.body.append(search, host);
const api: GridApi = createGrid(host, {
  theme: themeQuartz,
  rowData,
  getRowId: ({ data }: { data: Record<string, string> }) => data["id"] ?? "",
  columnDefs: columns.map(({ key, name }) => ({
    colId: key,
    field: key,
    headerName: name,
    width: 140,
  })),
  defaultColDef: {
    editable: true,
    cellDataType: false,
    filter: "agTextColumnFilter",
    floatingFilter: true,
    filterParams: { debounceMs: 0 },
  },
  rowHeight: 32,
  headerHeight: 34,
  rowBuffer: 8,
  animateRows: false,
});
search.addEventListener("input", () => api.setGridOption("quickFilterText", search.value));
