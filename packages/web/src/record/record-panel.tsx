export interface RecordPanelProps {
  sheet: string;
  id: string;
}

/** One record beside the grid. */
export function RecordPanel(props: RecordPanelProps) {
  return <aside aria-label="Record">{props.id}</aside>;
}
