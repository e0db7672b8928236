// The picture of an identity's access as a graph in the DOT language. Two columns and a line between them, since a phone is 390 px
// wide: what signs in above the identity, what it may do below. Every text is escaped, and none is ever an id.

import { plainLine } from '../plain-text.ts';
import type { AccessGraph, WayIn, WayOut } from './access-graph.ts';
import { type Risk, riskNames } from './risk.ts';

/** Boxes of one picture; more than that is counted in it. */
export const mostBoxes = 60;

/** Characters of a line in a box, and lines of a name. */
const lineCharacters = 24;
const nameLines = 3;

/** Points: a box, the gaps, a line of text. */
const box = { width: 182, gap: 26, rowGap: 14, line: 15, pad: 14 };

interface Look {
  readonly fill: string;
  readonly edge: string;
  readonly style: string;
  readonly width: number;
  /** Beside the color, which alone would tell some people nothing. */
  readonly mark: string;
}

const plainLook: Look = { fill: '#FFFFFF', edge: '#5A6472', style: 'filled,rounded', width: 1, mark: '' };
const looks: Readonly<Record<Risk, Look>> = {
  high: { fill: '#FFE3E0', edge: '#B3261E', style: 'filled', width: 3, mark: '▲ ' },
  unknown: { fill: '#F1ECFF', edge: '#5B3FA8', style: 'filled,dashed', width: 2, mark: '? ' },
  elevated: { fill: '#FFF0CC', edge: '#8A5A00', style: 'filled', width: 2, mark: '△ ' },
  normal: { fill: '#E6F2EA', edge: '#2F6B45', style: 'filled,rounded', width: 1, mark: '' },
};
const identityLook: Look = { fill: '#0F3D91', edge: '#0F3D91', style: 'filled,rounded', width: 1, mark: '' };

/**
 * A text as a quoted string of DOT, which is never read as an HTML-like label. Graphviz reads `\` as the start of an escape and `&`
 * as that of an entity, in quotes as well.
 */
function quoted(text: string): string {
  return `"${text.replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** How wide a sign is drawn, of the average letter: an m is wider than an i, and most signs of other scripts are wider still. */
function widthOf(sign: string): number {
  if (/[mwMW@%…]/.test(sign)) return 1.6;
  if ((sign.codePointAt(0) ?? 0) > 0x2e7f) return 1.8;
  return /[A-Z&]/.test(sign) ? 1.15 : 1;
}

/** As many signs as fit into a line of `most`. */
function fitting(signs: readonly string[], most: number): number {
  let width = 0;
  const over = signs.findIndex((sign) => {
    width += widthOf(sign);
    return width > most;
  });
  return over < 0 ? signs.length : over;
}

/** A text in at most `count` lines, broken anywhere: names in the cloud have no spaces. */
function wrapped(text: string, most: number, count: number): string[] {
  const left = [...(plainLine(text) || '–')];
  const lines: string[] = [];
  while (left.length > 0) {
    let at = fitting(left, most);
    if (lines.length === count - 1 && at < left.length) {
      lines.push(
        `${left
          .slice(0, fitting(left, most - 2))
          .join('')
          .trim()}…`,
      );
      break;
    }
    // Rather at a sign than within a word, where one is near.
    const sign = at < left.length ? left.slice(0, at).findLastIndex((one) => /[\s/:._-]/.test(one)) : -1;
    if (sign >= at * 0.6) at = sign + 1;
    lines.push(left.splice(0, at).join('').trim());
  }
  return lines;
}

interface Box {
  readonly caption: string;
  readonly name: readonly string[];
  readonly note?: string;
  readonly look: Look;
  readonly isWide?: boolean;
}

const linesOf = ({ caption, name, note }: Box) => [caption, ...name, ...(note ? [note] : [])];
const heightOf = (one: Box) => linesOf(one).length * box.line + box.pad;

function boxOf(caption: string, name: string, look = plainLook, note = ''): Box {
  const caps = wrapped(caption, lineCharacters, 1)[0] ?? '';
  return {
    caption: caps,
    name: wrapped(name, lineCharacters, nameLines),
    look,
    ...(note && { note: wrapped(note, lineCharacters, 1)[0] ?? '' }),
  };
}

function wideBox(caption: string, name: string, look = plainLook): Box {
  const most = lineCharacters * 2;
  return { caption: wrapped(caption, most, 1)[0] ?? '', name: wrapped(name, most, 2), look, isWide: true };
}

function inRow({ workload, place, credential }: WayIn): Box[] {
  if (credential === undefined) return [wideBox(`Resource · ${place}`, workload)];
  return [boxOf(`Workload · ${place}`, workload), boxOf('Federated credential', credential)];
}

function outRow({ role, scope, risk, why, isConditional }: WayOut): Box[] {
  const look = looks[risk];
  const conditional = isConditional ? 'under a condition' : '';
  const note = risk === 'normal' ? conditional : `${look.mark}${riskNames[risk]}`;
  return [boxOf('Role', role, look, note), boxOf('Scope', scope, look, risk === 'normal' ? '' : why)];
}

const restRow = (count: number, what: string, look = plainLook): Box[] => [
  wideBox('Not drawn', `and ${count.toLocaleString('en')} more ${what}`, look),
];
const unreadRow = (what: readonly string[]): Box[] => [
  wideBox(`${looks.unknown.mark}Could not be read`, what.join(', '), looks.unknown),
];

/** How many rows of each part are drawn, so that all boxes are at most `mostBoxes`: each part gets what the other leaves. */
function shares(graph: AccessGraph): { ways: number; roles: number } {
  const unread = [graph.unread.ways, graph.unread.roles].filter(({ length }) => length > 0).length;
  const rows = Math.floor((mostBoxes - 1 - 2 - unread) / 2);
  const half = Math.floor(rows / 2);
  const ways = Math.min(graph.ways.length, Math.max(half, rows - graph.roles.length));
  return { ways, roles: Math.min(graph.roles.length, rows - ways) };
}

/** What the picture leaves to the text: how many ways in and roles, and of the roles the grave ones. */
export function leftOut(graph: AccessGraph) {
  const drawn = shares(graph);
  const roles = graph.roles.slice(drawn.roles);
  const of = (risk: Risk) => roles.filter((one) => one.risk === risk).length;
  return { ways: graph.ways.length - drawn.ways, roles: roles.length, high: of('high'), unknown: of('unknown') };
}

/** How grave the roles are that are left out: “86 of high risk, 100 of unknown risk”. */
export function leftRisk({ high, unknown }: Pick<ReturnType<typeof leftOut>, 'high' | 'unknown'>): string {
  const words = [
    ...(high > 0 ? [`${high.toLocaleString('en')} of high risk`] : []),
    ...(unknown > 0 ? [`${unknown.toLocaleString('en')} of unknown risk`] : []),
  ];
  return words.join(', ') || 'none of high or unknown risk';
}

/** The graph, each box with its place, for Graphviz's `nop` layout (which draws the edges). */
export function dotOf(graph: AccessGraph): string {
  const drawn = shares(graph);
  const more = leftOut(graph);
  const out: string[] = [];
  let y = 0;
  let ids = 0;
  const half = box.width / 2;
  const [left, right] = [half, half + box.width + box.gap];
  const center = (left + right) / 2;

  const node = (x: number, height: number, width: number, one: Box): string => {
    const id = `n${ids++}`;
    const { look } = one;
    const color = look === identityLook ? '#FFFFFF' : '#14181F';
    const at = `pos="${x},${(-y - height / 2).toFixed(1)}!" width=${(width / 72).toFixed(3)} height=${(height / 72).toFixed(3)}`;
    const label = linesOf(one)
      .map(quoted)
      .map((line) => line.slice(1, -1))
      .join('\\n');
    out.push(
      `${id} [${at} label="${label}" style="${look.style}" fillcolor="${look.fill}" color="${look.edge}" penwidth=${look.width} fontcolor="${color}"]`,
    );
    return id;
  };
  const point = (x: number, at: number): string => {
    const id = `p${ids++}`;
    out.push(`${id} [shape=point width=0.02 height=0.02 label="" pos="${x},${(-at).toFixed(1)}!"]`);
    return id;
  };
  const row = (boxes: readonly Box[]) => {
    const height = Math.max(...boxes.map(heightOf));
    const middle = y + height / 2;
    const made = boxes.map((one, index) =>
      one.isWide
        ? node(center, height, box.width * 2 + box.gap, one)
        : node(index === 0 ? left : right, height, box.width, one),
    );
    if (made.length === 2) out.push(`${made[0]} -> ${made[1]}`);
    y += height + box.rowGap;
    return { first: made[0] ?? '', last: made.at(-1) ?? '', middle };
  };

  const spineOf = (rows: readonly (readonly Box[])[], x: number, isIn: boolean) =>
    rows.map((boxes) => {
      const { first, last, middle } = row(boxes);
      const spine = point(x, middle);
      out.push(isIn ? `${last} -> ${spine} [dir=none]` : `${spine} -> ${first}`);
      return spine;
    });
  const chain = (spine: readonly string[]) => {
    for (const [index, id] of spine.entries()) if (index > 0) out.push(`${spine[index - 1]} -> ${id} [dir=none]`);
  };
  const edgeIn = box.width * 2 + box.gap + 16;

  const ways = [
    ...graph.ways.slice(0, drawn.ways).map(inRow),
    ...(more.ways > 0 ? [restRow(more.ways, 'ways to sign in')] : []),
    ...(graph.unread.ways.length > 0 ? [unreadRow(graph.unread.ways)] : []),
  ];
  const spineIn = spineOf(ways, edgeIn, true);
  const identity = wideBox('Managed identity', graph.identity, identityLook);
  const height = heightOf(identity);
  const middle = y + height / 2;
  const id = node(center, height, box.width * 2 + box.gap, identity);
  y += height + box.rowGap;
  if (spineIn.length > 0) {
    const corner = point(edgeIn, middle);
    chain([...spineIn, corner]);
    out.push(`${corner} -> ${id}`);
  }
  const lookOfRest = more.high > 0 ? looks.high : more.unknown > 0 ? looks.unknown : plainLook;
  const roles = [
    ...graph.roles.slice(0, drawn.roles).map(outRow),
    ...(more.roles > 0 ? [restRow(more.roles, `roles: ${leftRisk(more)}`, lookOfRest)] : []),
    ...(graph.unread.roles.length > 0 ? [unreadRow(graph.unread.roles)] : []),
  ];
  if (roles.length > 0) {
    const corner = point(-16, middle);
    out.push(`${id} -> ${corner} [dir=none]`);
    chain([corner, ...spineOf(roles, -16, false)]);
  }
  return [
    'digraph access {',
    'graph [bgcolor="#FFFFFF" pad=0.14 splines=line outputorder=edgesfirst]',
    'node [shape=box fixedsize=true fontname="DejaVu Sans" fontsize=12 margin=0]',
    'edge [color="#3C4654" penwidth=1.4 arrowsize=0.7]',
    ...out,
    '}',
  ].join('\n');
}
