// Reduces a PNG to at most 256 colors, less than half the browser's file size. Rare colors (the edges of letters) become their nearest
// neighbors; the dimensions stay the same.

import { decode, encode } from 'fast-png';

const most = 256;

const bytesOf = (color: number) => [color >>> 24, (color >>> 16) & 255, (color >>> 8) & 255, color & 255] as const;

function distance(one: number, other: number): number {
  const [a, b] = [bytesOf(one), bytesOf(other)];
  return a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0);
}

/** The palette, and the palette index of each color. */
function paletteOf(data: Buffer): { kept: number[]; indexes: Map<number, number> } {
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

/** The picture with a palette (PNG, third edition, color type 3). `png` must be 8-bit RGBA, as a browser writes it. */
export function smaller(png: Buffer): Uint8Array {
  const { width, height, data: pixels, depth, channels } = decode(png);
  if (depth !== 8 || channels !== 4) throw new Error(`unsupported PNG: ${channels} channels with ${depth} bits each`);
  const data = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const { kept, indexes } = paletteOf(data);
  const shown = Uint8Array.from({ length: width * height }, (_, at) => indexes.get(data.readUInt32BE(at * 4)) ?? 0);
  const palette = kept.map((color) => [...bytesOf(color)]);
  return encode({ width, height, data: shown, depth: 8, channels: 1, palette }, { zlib: { level: 9 } });
}
