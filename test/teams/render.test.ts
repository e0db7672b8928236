import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/chat/teams/limits.ts';
import { renderCard } from '../../src/chat/teams/render.ts';
import type { Block, Button, Tone } from '../../src/core/chat.ts';
import { problems, texts } from './adaptive.ts';
import { simpleCard } from './bench.ts';

const TONES: Tone[] = ['plain', 'waiting', 'good', 'bad', 'caution'];
const EVERY_BLOCK: Block[] = [
  {
    kind: 'text',
    text: [
      'a ',
      { strong: 'b' },
      { code: 'c' },
      { time: '2026-11-23T09:10:00.123Z' },
      { person: { name: 'Megan Bowen' } },
    ],
  },
  { kind: 'text', text: '', style: 'heading' },
  { kind: 'text', text: 'small', style: 'subtle' },
  { kind: 'notice', level: 'note', text: 'n' },
  { kind: 'notice', level: 'caution', text: 'c' },
  { kind: 'notice', level: 'danger', text: 'd' },
  { kind: 'facts', facts: [{ label: 'Name', value: 'uami-orders' }] },
  {
    kind: 'table',
    columns: [
      { title: 'A', width: 2 },
      { title: 'B', width: 1 },
    ],
    rows: [['1', '2'], ['3']],
  },
  { kind: 'list', items: ['one', [{ code: 'two' }]] },
  { kind: 'code', text: 'PUT /x\n  { "a": 1 }' },
  { kind: 'steps', steps: (['todo', 'doing', 'done', 'failed'] as const).map((state) => ({ state, text: state })) },
  {
    kind: 'fields',
    fields: [
      { id: 'name', label: 'Name', kind: 'line', isRequired: true, value: 'x', error: 'wrong' },
      { id: 'request', label: 'Reserved', kind: 'lines', placeholder: 'p' },
      { id: 'group', label: 'Group', kind: 'choice', choices: [{ label: 'A', value: 'a' }] },
      { id: 'sure', label: 'Sure', kind: 'toggle' },
    ],
  },
  { kind: 'fold', title: 'More', blocks: [{ kind: 'fold', title: 'Deeper', blocks: [{ kind: 'text', text: 'in' }] }] },
];
const BUTTONS: Button[] = [
  { kind: 'request', verb: 'request.approve', requestId: 'R-7K3F9Q', label: 'Approve', style: 'primary' },
  {
    kind: 'request',
    verb: 'request.deny',
    requestId: 'R-7K3F9Q',
    label: 'Deny',
    style: 'danger',
    asks: { id: 'reason', label: 'Why?', kind: 'lines', isRequired: true },
  },
  { kind: 'command', command: 'list', label: 'List' },
  { kind: 'form', command: 'create', label: 'Create' },
  { kind: 'link', url: 'https://portal.azure.com/', label: 'Portal' },
  { kind: 'link', url: 'javascript:alert(1)', label: 'Bad link' },
];
const bytes = (card: unknown) => Buffer.byteLength(JSON.stringify(card));

describe('a card', () => {
  it.each(TONES)('of every kind of block and button is a valid Adaptive Card 1.5: %s', (tone) => {
    const card = renderCard({ tone, title: 'T', subtitle: 's', blocks: EVERY_BLOCK, buttons: BUTTONS, fallback: 'f' });
    expect(problems(card)).toEqual([]);
    expect(card).toMatchObject({ type: 'AdaptiveCard', version: '1.5', fallbackText: 'f' });
  });

  it('has buttons that carry an id and nothing that is trusted', () => {
    const { actions = [] } = renderCard(simpleCard('T', { buttons: BUTTONS }));
    expect(actions[0]).toEqual({
      type: 'Action.Execute',
      title: 'Approve',
      verb: 'request.approve',
      data: { request: 'R-7K3F9Q' },
      style: 'positive',
    });
    expect(actions[1]).toMatchObject({
      type: 'Action.ShowCard',
      card: { actions: [{ type: 'Action.Execute', verb: 'request.deny', data: { request: 'R-7K3F9Q' } }] },
    });
    expect(actions[2]).toMatchObject({ verb: 'command.run', data: { command: 'list' } });
    expect(actions[3]).toMatchObject({ verb: 'form.submit', data: { form: 'create' } });
    expect(JSON.stringify(actions)).not.toContain('javascript:');
  });

  it('shows every button, however many there are', () => {
    const buttons = Array.from(
      { length: 15 },
      (_, n): Button => ({ kind: 'command', command: `c${n}`, label: `B${n}` }),
    );
    const card = renderCard(simpleCard('T', { buttons }));
    expect(texts(card).filter((text) => /^B\d/.test(text))).toHaveLength(15);
    expect(problems(card)).toEqual([]);
  });

  it('shows times by the card functions, with whole seconds', () => {
    expect(JSON.stringify(renderCard(simpleCard('T', { subtitle: [{ time: '2026-11-23T09:10:00.123Z' }] })))).toContain(
      '{{DATE(2026-11-23T09:10:00Z,SHORT)}} {{TIME(2026-11-23T09:10:00Z)}}',
    );
  });
});

describe('counts', () => {
  const bars = [
    { label: 'Orphaned', value: 12 },
    { label: 'Unused', value: 3_400 },
  ];
  const drawn = (blocks: Block[]) => renderCard(simpleCard('T', { blocks })).body?.[1];

  it('are bars, and a table in clients that draw none', () => {
    const chart = drawn([{ kind: 'chart', title: 'Findings', bars }]) as { fallback: unknown };
    expect(chart).toMatchObject({ type: 'Chart.HorizontalBar', data: [{ x: 'Orphaned', y: 12 }, { y: 3_400 }] });
    expect(texts(chart.fallback)).toEqual(['Findings', 'Count', 'Orphaned', '12', 'Unused', '3,400']);
  });

  it('of nothing are not drawn', () => {
    expect(drawn([{ kind: 'chart', title: 'Findings', bars: [] }])).toBeUndefined();
  });
});

describe('a card that is too large', () => {
  const long = 'word '.repeat(4000);
  const big: [string, Block[]][] = [
    [
      'a table',
      [
        {
          kind: 'table',
          columns: [{ title: 'A', width: 1 }],
          rows: Array.from({ length: 900 }, (_, n) => [`row ${n}`]),
        },
      ],
    ],
    [
      'a list in a fold',
      [
        {
          kind: 'fold',
          title: 'F',
          blocks: [{ kind: 'list', items: Array.from({ length: 900 }, (_, n) => `item ${n}`) }],
        },
      ],
    ],
    [
      'a text',
      [
        { kind: 'text', text: long },
        { kind: 'code', text: long },
      ],
    ],
    ['hundreds of blocks', Array.from({ length: 700 }, (_, n): Block => ({ kind: 'text', text: `block ${n}` }))],
  ];
  it.each(big)('is cut, and says so: %s', (_, blocks) => {
    const card = renderCard(simpleCard('T', { blocks, buttons: BUTTONS }));
    expect(bytes(card)).toBeLessThanOrEqual(LIMITS.cardBytes);
    expect(JSON.stringify(card)).toMatch(/… and \d+ more/);
    expect(JSON.stringify(card)).toContain('request.approve');
    expect(problems(card)).toEqual([]);
  });

  it('counts what it left out', () => {
    const rows = Array.from({ length: 900 }, (_, n) => [`row ${n}.`]);
    const card = texts(
      renderCard(simpleCard('T', { blocks: [{ kind: 'table', columns: [{ title: 'A', width: 1 }], rows }] })),
    );
    const shown = card.filter((text) => text.startsWith('row ')).length;
    expect(card).toContain(`… and ${900 - shown} more`);
  });

  it('says that it is too large where its fields alone are', () => {
    const choices = Array.from({ length: 2000 }, (_, n) => ({ label: `choice ${n}`, value: String(n) }));
    const fields = [{ id: 'a', label: 'A', kind: 'choice' as const, choices }];
    const card = renderCard(simpleCard('T', { blocks: [{ kind: 'fields', fields }] }));
    expect(JSON.stringify(card)).toContain('too large');
    expect(bytes(card)).toBeLessThanOrEqual(LIMITS.cardBytes);
  });
});
