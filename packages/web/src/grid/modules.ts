import {
  CellApiModule,
  CellStyleModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  CustomEditorModule,
  ModuleRegistry,
  PinnedRowModule,
  RenderApiModule,
  RowApiModule,
  RowStyleModule,
  ScrollApiModule,
} from "ag-grid-community";
import { WorkbookRowModelModule } from "./row-model.ts";

/** The parts of AG Grid that are used. Each costs bytes: rows, sorting, filters, selection and undo are Gridfolk's own. */
export function registerModules(): void {
  ModuleRegistry.registerModules([
    WorkbookRowModelModule,
    CellApiModule,
    CellStyleModule,
    ColumnApiModule,
    ColumnAutoSizeModule,
    CustomEditorModule,
    PinnedRowModule,
    RenderApiModule,
    RowApiModule,
    RowStyleModule,
    ScrollApiModule,
  ]);
}
