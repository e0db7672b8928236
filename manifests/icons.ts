// Draws the app's icons: an ID badge with a person's head and shoulders. Without text no font is needed, and the bytes are the same
// on every machine.

import { Resvg } from '@resvg/resvg-js';

const head = '<circle cx="50" cy="43" r="12.5"/>';
/** The upper part of a circle, cut off straight. */
const shoulders = '<path d="M28.31 77 A22.5 22.5 0 0 1 71.69 77 Z"/>';

/** An icon of `size` × `size` pixels; `marks` on a canvas of 100 × 100, scaled about its center. */
function drawn(size: number, scale: number, ground: string, marks: string): Buffer {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="${size}" height="${size}">
    ${ground}<g transform="translate(50 50) scale(${scale}) translate(-50 -50)">${marks}</g></svg>`;
  return new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng();
}

/** 192 × 192: white on violet, the mark within the center that Teams never crops. */
export function colorIcon(): Buffer {
  const violet = '#4f52b2';
  return drawn(
    192,
    0.62,
    `<rect width="100" height="100" fill="${violet}"/>`,
    `<rect x="17" y="4" width="66" height="92" rx="10" fill="#fff"/>
     <g fill="${violet}"><rect x="39" y="13" width="22" height="6" rx="3"/>${head}${shoulders}</g>`,
  );
}

/** 32 × 32: white on transparent, as the schema requires. */
export function outlineIcon(): Buffer {
  return drawn(
    32,
    0.96,
    '',
    `<rect x="20" y="7" width="60" height="86" rx="7.5" fill="none" stroke="#fff" stroke-width="6"/>
     <g fill="#fff"><rect x="40" y="16.5" width="20" height="5" rx="2.5"/>${head}${shoulders}</g>`,
  );
}
