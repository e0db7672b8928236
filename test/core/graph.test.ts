// The graph of an identity's access: what is drawn, what is left out, and that no text in it is ever anything but text.

import { Graphviz } from '@hpcc-js/wasm-graphviz';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotOf, leftOut, mostBoxes } from '../../src/core/graph/dot.ts';
import { graphOf } from '../pictures/graphs.ts';

const graphviz = await Graphviz.load();
const boxesIn = (dot: string) => dot.split('\n').filter((line) => /^n\d+ \[/.test(line)).length;
/** The texts of an SVG, as Graphviz has read the labels. */
const textsIn = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? '');

describe('the graph', () => {
  it('says how grave each role is, the gravest first, in words as well as in color', () => {
    expect(graphOf(0, 4).roles.map(({ role, risk }) => [role, risk])).toEqual([
      ['Owner', 'high'],
      ['gone', 'unknown'],
      ['AKS Cluster Admin', 'elevated'],
      ['Reader', 'normal'],
    ]);
    const texts = textsIn(graphviz.layout(dotOf(graphOf(0, 4)), 'svg', 'nop'));
    for (const words of ['▲ High risk', 'can give access', '? Unknown risk', '△ Elevated', 'reads keys or secrets']) {
      expect(texts).toContain(words);
    }
  });

  it.each([
    [1, 0],
    [20, 9],
    [0, 400],
    [400, 0],
    [20, 400],
    [300, 300],
  ])('of %i ways in and %i roles has at most 60 boxes, and counts the rest', (ways, roles) => {
    const graph = graphOf(ways, roles);
    const dot = dotOf(graph);
    expect(boxesIn(dot)).toBeLessThanOrEqual(mostBoxes);
    const left = leftOut(graph);
    expect(boxesIn(dot)).toBe(
      1 + 2 * (ways - left.ways + roles - left.roles) + (left.ways > 0 ? 1 : 0) + (left.roles > 0 ? 1 : 0),
    );
    if (left.roles > 0) expect(dot).toContain(`and ${left.roles.toLocaleString('en')} more roles`);
    if (left.ways > 0) expect(dot).toContain(`and ${left.ways.toLocaleString('en')} more ways to sign in`);
  });

  it('says how grave the roles are that it leaves out, and marks them so', () => {
    const dot = dotOf(graphOf(20, 400));
    expect(leftOut(graphOf(20, 400))).toEqual({ ways: 6, roles: 386, high: 86, unknown: 100 });
    expect(dot).toMatch(/and 386 more roles: 86 of high risk, 100 of\\nunknown risk.*#FFE3E0/);
    expect(dotOf(graphOf(20, 20))).toMatch(/and 6 more roles: none of high or unknown risk"/);
  });

  it.each([
    [0, 0],
    [20, 400],
    [400, 0],
  ])('of %i ways in and %i roles, not all of which were read, says so', (ways, roles) => {
    const dot = dotOf(graphOf(ways, roles, '', { ways: ['federated credentials'], roles: ['role assignments'] }));
    expect(boxesIn(dot)).toBeLessThanOrEqual(mostBoxes);
    for (const what of ['federated credentials', 'role assignments']) {
      expect(dot).toContain(`"? Could not be read\\n${what}"`);
    }
  });

  it('is as narrow as a phone, whatever is in it', () => {
    const [, width] = /<svg width="([\d.]+)pt"/.exec(graphviz.layout(dotOf(graphOf(20, 400)), 'svg', 'nop')) ?? [];
    expect(Number(width)).toBeLessThan(460);
  });

  it.each([
    ['a quote that ends the label', '" fillcolor="red" label="x'],
    ['a new statement', '"]; n9 -> n1; evil [label="'],
    ['an HTML-like label', '<<TABLE><TR><TD>x</TD></TR></TABLE>>'],
    ['an image to load', '<IMG SRC="/etc/passwd"/>'],
    ['an escape', '\\N \\G \\"'],
    ['an entity', '&lt;b&gt; &#60;script&#62;'],
    ['new lines', 'a\r\nb\u2028c\u0000d'],
    ['right to left', 'שלום مرحبا \u202e evil'],
    ['emoji', '🎉👩‍👩‍👧 \ud800'],
    ['128 characters', 'm'.repeat(128)],
  ])('shows %s as text', (_, odd) => {
    const dot = dotOf(graphOf(1, 1, odd));
    const svg = graphviz.layout(dot, 'svg', 'nop');
    expect(boxesIn(dot)).toBe(5);
    expect([...svg.matchAll(/class="node"/g)].length).toBe([...dot.matchAll(/^[np]\d+ \[/gm)].length);
    expect(svg).not.toMatch(/<image|<a |<script|xlink:href/i);
  });

  it('shows any text as it is', () => {
    const odd = fc.string({
      unit: fc.constantFrom('"', '\\', '<', '>', '&', ';', 'l', 't', 'N', '{', '|', '\n', 'é', '#'),
    });
    fc.assert(
      fc.property(odd, (text) => {
        const graph = { ...graphOf(0, 0), identity: 'x', roles: [{ ...graphOf(0, 1).roles[0], role: `a${text}z` }] };
        const svg = graphviz.layout(dotOf(graph as ReturnType<typeof graphOf>), 'svg', 'nop');
        expect([...svg.matchAll(/class="node"/g)].length).toBe(4 + 1);
        expect(svg).not.toContain('fill="red"');
      }),
      { numRuns: 100 },
    );
  });
});
