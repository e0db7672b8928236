// Counts that a chat may draw as bars.

/** A chart of counts. A chat that has none shows it as a table. */
export interface ChartBlock {
  readonly kind: 'chart';
  /** What is counted: 'Findings'. */
  readonly title: string;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
}

/** The same as a table. */
export function chartTable({ title, bars }: ChartBlock) {
  return {
    kind: 'table' as const,
    columns: [
      { title, width: 7 },
      { title: 'Count', width: 2 },
    ],
    rows: bars.map(({ label, value }) => [label, value.toLocaleString('en')]),
  };
}
