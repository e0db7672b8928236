// Draws the app's icons: an ID badge. Shapes are distances to edges, so every size is sharp; PNG is written by hand, as it is
// a signature, three chunks and zlib.

import { crc32, deflateSync } from 'node:zlib';

type Rgba = readonly [number, number, number, number];
/** Distance to a shape's edge, negative inside. Coordinates and results in units of the icon's width. */
type Shape = (x: number, y: number) => number;

const VIOLET: Rgba = [0x4f, 0x52, 0xb2, 255];
const WHITE: Rgba = [255, 255, 255, 255];
const CLEAR: Rgba = [255, 255, 255, 0];

function rounded(cx: number, cy: number, width: number, height: number, radius: number): Shape {
  return (x, y) => {
    const dx = Math.abs(x - cx) - width / 2 + radius;
    const dy = Math.abs(y - cy) - height / 2 + radius;
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
  };
}

const circle = (cx: number, cy: number, radius: number): Shape => {
  return (x, y) => Math.hypot(x - cx, y - cy) - radius;
};
const union = (...shapes: Shape[]): Shape => {
  return (x, y) => Math.min(...shapes.map((shape) => shape(x, y)));
};
const without = (shape: Shape, ...holes: Shape[]): Shape => {
  return (x, y) => Math.max(shape(x, y), ...holes.map((hole) => -hole(x, y)));
};
const both = (a: Shape, b: Shape): Shape => {
  return (x, y) => Math.max(a(x, y), b(x, y));
};

/** A card with a slot, and a person's head and shoulders. `scale` 1 fills the icon. */
function badge(scale: number, isOutline: boolean): Shape {
  const at = (value: number) => 0.5 + (value - 0.5) * scale;
  const card = rounded(0.5, 0.5, 0.66 * scale, 0.92 * scale, 0.1 * scale);
  const slot = rounded(0.5, at(0.16), 0.22 * scale, 0.06 * scale, 0.03 * scale);
  const head = circle(0.5, at(0.43), 0.125 * scale);
  const shoulders = both(circle(0.5, at(0.83), 0.225 * scale), (_, y) => y - at(0.77));
  const person = union(head, shoulders);
  if (!isOutline) return without(card, slot, person);
  const inner = rounded(0.5, 0.5, 0.54 * scale, 0.8 * scale, 0.05 * scale);
  return union(without(card, inner), rounded(0.5, at(0.19), 0.2 * scale, 0.05 * scale, 0.025 * scale), person);
}

/** How much of a pixel the shape covers, from 16 points in it. */
function coverage(shape: Shape, x: number, y: number, size: number): number {
  let inside = 0;
  for (let sub = 0; sub < 16; sub++) {
    const px = (x + ((sub % 4) + 0.5) / 4) / size;
    const py = (y + (Math.floor(sub / 4) + 0.5) / 4) / size;
    if (shape(px, py) < 0) inside++;
  }
  return inside / 16;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function png(size: number, pixel: (x: number, y: number) => Rgba): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8); // 8 bits, RGBA, no interlacing
  const rows = Buffer.alloc(size * (1 + size * 4));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) rows.set(pixel(x, y), y * (1 + size * 4) + 1 + x * 4);
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const context_ = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([signature, ...context_]);
}

/** A mark over a ground, mixed where a pixel is covered in part. */
function mixed(mark: Rgba, ground: Rgba, share: number): Rgba {
  const [r, g, b, a] = mark.map((value, index) => Math.round(value * share + (ground[index] ?? 0) * (1 - share)));
  return [r ?? 0, g ?? 0, b ?? 0, a ?? 0];
}

/** 192 × 192: white on violet, the mark within the middle that Teams never cuts. */
export function colorIcon(): Buffer {
  const mark = badge(0.62, false);
  return png(192, (x, y) => mixed(WHITE, VIOLET, coverage(mark, x, y, 192)));
}

/** 32 × 32: white on nothing, as the schema asks. */
export function outlineIcon(): Buffer {
  const mark = badge(0.96, true);
  return png(32, (x, y) => mixed(WHITE, CLEAR, coverage(mark, x, y, 32)));
}
