// Renders tables, and counts as bars where the client draws them.

import type { IHorizontalBarChart, ITable, ITableRow } from '@microsoft/teams.cards';
import { type ChartBlock, chartTable } from '../../core/chart.ts';
import type { Block, RichText } from '../../core/chat.ts';
import { cardLine, type RunStyle, textBlock } from './text.ts';

/** A table. */
export function table(block: Extract<Block, { kind: 'table' }>): ITable {
  const row = (cells: readonly RichText[], style: RunStyle): ITableRow => ({
    type: 'TableRow',
    cells: block.columns.map((_, index) => ({ type: 'TableCell', items: [textBlock(cells[index] ?? '', style)] })),
  });
  return {
    type: 'Table',
    firstRowAsHeaders: true,
    showGridLines: true,
    gridStyle: 'default',
    columns: block.columns.map(({ width }) => ({ width: Math.max(1, Math.round(width)) })),
    rows: [
      row(
        block.columns.map(({ title }) => title),
        { weight: 'Bolder' },
      ),
      ...block.rows.map((cells) => row(cells, {})),
    ],
  };
}

/** Bars with their counts; a client that draws no charts shows the fallback, the same as a table. */
export function chart(block: ChartBlock): IHorizontalBarChart {
  return {
    type: 'Chart.HorizontalBar',
    title: cardLine(block.title),
    displayMode: 'AbsoluteWithAxis',
    data: block.bars.map(({ label, value }) => ({ x: cardLine(label), y: value })),
    fallback: table(chartTable(block)),
  };
}
