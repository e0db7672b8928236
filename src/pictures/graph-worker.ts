// Draws a graph in a thread of its own, so that it never holds up an acknowledgement. It reads no file but its fonts, and loads nothing
// from where a text in the graph could point to.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { Resvg } from '@resvg/resvg-js';

/** The widest and highest that Teams shows in a message; and what a larger picture is drawn at, legible when it is opened. */
const inMessagePx = 1024;
const largestZoom = 1.5;

// Shipped with the bot: a server has no fonts of its own.
const fonts = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
const font = {
  loadSystemFonts: false,
  fontFiles: [join(fonts, 'DejaVuSans.ttf')],
  defaultFontFamily: 'DejaVu Sans',
};

const graphviz = await Graphviz.load();

function draw(dot: string): Uint8Array {
  const svg = graphviz.layout(dot, 'svg', 'nop');
  // In points, as Graphviz writes its first element; four thirds of that in pixels.
  const [, widthPt, heightPt] = /<svg width="([\d.]+)pt" height="([\d.]+)pt"/.exec(svg) ?? [];
  const [width, height] = [(Number(widthPt) * 4) / 3, (Number(heightPt) * 4) / 3];
  const fitting = inMessagePx / Math.max(width, height);
  const zoom = fitting >= 1 ? Math.min(fitting, largestZoom) : Math.min(largestZoom, inMessagePx / width);
  return new Resvg(svg, { font, fitTo: { mode: 'width', value: Math.floor(width * zoom) } }).render().asPng();
}

parentPort?.on('message', ({ dot }: { dot: string }) => {
  try {
    parentPort?.postMessage({ png: draw(dot) });
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
