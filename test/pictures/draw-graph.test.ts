// Pictures of graphs, drawn by the worker thread.

import { decode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { dotOf } from '../../src/core/graph/dot.ts';
import { createGraphPictures } from '../../src/pictures/draw-graph.ts';
import { graphOf } from './graphs.ts';

const said: string[] = [];
const note = (_: unknown, text: string) => void said.push(text);
const pictures = createGraphPictures({ log: { debug: note, info: note, warn: note, error: note } });
afterAll(() => pictures.close());

/** Letters and lines on a white ground: what is neither white nor one of a few fills. */
const colors = (png: Uint8Array) => new Set(new Uint32Array(Uint8Array.from(decode(png).data).buffer)).size;

describe('a picture', () => {
  it('of a small graph fits into a message, and has its letters from the fonts that come along', async () => {
    const png = await pictures.draw(dotOf(graphOf(1, 3)));
    const { width, height } = decode(png ?? new Uint8Array());
    expect(Math.max(width, height)).toBeLessThanOrEqual(1024);
    expect(width).toBeGreaterThanOrEqual(600);
    // Letters are drawn with soft edges: without a font there would be a handful of colors.
    expect(colors(png ?? new Uint8Array())).toBeGreaterThan(50);
  });

  it('of sixty boxes takes no longer than it may, and holds nobody up meanwhile', async () => {
    let longest = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const from = performance.now();
    const png = await pictures.draw(dotOf(graphOf(20, 20)));
    const tookMs = performance.now() - from;
    clearInterval(beat);
    expect(decode(png ?? new Uint8Array()).width).toBeGreaterThanOrEqual(780);
    // A second on a machine of its own; tests share theirs.
    expect(tookMs).toBeLessThan(4_000);
    expect(longest).toBeLessThan(tookMs / 2);
  });

  it('of no graph is none, and the next one is drawn', async () => {
    expect(await pictures.draw('digraph { n1 [label=<<B>}')).toBeUndefined();
    expect(await pictures.draw('x'.repeat(300_000))).toBeUndefined();
    expect(said).toContain('picture not drawn');
    expect(await pictures.draw(dotOf(graphOf(0, 0)))).toBeInstanceOf(Uint8Array);
  });

  it('is not promised to more than can wait', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => pictures.draw(dotOf(graphOf(0, 0)))));
    expect(all.filter((png) => png === undefined)).toHaveLength(3);
  });

  it('is no longer drawn once the bot stops', async () => {
    const other = createGraphPictures({ log: { debug: note, info: note, warn: note, error: note } });
    const waiting = [other.draw(dotOf(graphOf(0, 0))), other.draw(dotOf(graphOf(0, 0)))];
    await other.close();
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
    expect(await other.draw(dotOf(graphOf(0, 0)))).toBeUndefined();
  });
});
