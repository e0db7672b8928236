// A picture of text with at most 256 colours, less than half the size of what the browser writes. Colours that are seldom (the edges
// of letters) become their nearest neighbours; it must never change how large the picture is.

import { createRequire } from 'node:module';
import { crc32, deflateSync } from 'node:zlib';

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and alpha of each pixel. */
  readonly data: Buffer;
}

// It brings no types along.
const { PNG } = createRequire(import.meta.url)('pngjs') as { PNG: { sync: { read(png: Buffer): Pixels } } };

const most = 256;

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), 4 + body.length);
  return frame;
}

const bytesOf = (color: number) => [color >>> 24, (color >>> 16) & 255, (color >>> 8) & 255, color & 255] as const;

function distance(one: number, other: number): number {
  const [a, b] = [bytesOf(one), bytesOf(other)];
  return a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0);
}

/** The colours to keep, and which of them stands for each there is. */
function paletteOf({ data }: Pixels): { kept: number[]; indexes: Map<number, number> } {
  const counts = new Map<number, number>();
  for (let at = 0; at < data.length; at += 4) {
    const color = data.readUInt32BE(at);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const all = [...counts].sort(([, one], [, other]) => other - one).map(([color]) => color);
  const kept = all.slice(0, most);
  const indexes = new Map(kept.map((color, index) => [color, index]));
  for (const color of all.slice(most)) {
    let nearest = 0;
    for (const [index, candidate] of kept.entries()) {
      if (distance(color, candidate) < distance(color, kept[nearest] ?? 0)) nearest = index;
    }
    indexes.set(color, nearest);
  }
  return { kept, indexes };
}

/** The same picture with a palette (PNG, third edition, colour type 3). */
export function smaller(png: Buffer): Buffer {
  const pixels = PNG.sync.read(png);
  const { width, height, data } = pixels;
  const { kept, indexes } = paletteOf(pixels);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3], 8);
  // Each row begins with its filter: none, which is best for a palette.
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows[y * (width + 1) + 1 + x] = indexes.get(data.readUInt32BE((y * width + x) * 4)) ?? 0;
    }
  }
  const colors = kept.map(bytesOf);
  return Buffer.concat([
    png.subarray(0, 8),
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(colors.flatMap((color) => color.slice(0, 3)))),
    chunk('tRNS', Buffer.from(colors.map(([, , , alpha]) => alpha))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
