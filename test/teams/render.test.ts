import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/chat/teams/limits.ts';
import { renderCard } from '../../src/chat/teams/render.ts';
import { cardText, messageText, xml } from '../../src/chat/teams/text.ts';
import type { Block, Button, Card, Tone } from '../../src/core/chat.ts';
import { problems } from './adaptive.ts';
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

/** Every visible text of a card; text runs one by one. */
function texts(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) for (const child of node) texts(child, found);
  else if (typeof node === 'object' && node !== null) {
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'string' && ['text', 'title', 'label', 'placeholder'].includes(key)) found.push(value);
      else texts(value, found);
    }
  }
  return found;
}

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

describe('a string from outside', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '{{DATE(2026-01-01T00:00:00Z)}}',
    '{',
    '<at>',
    '</at>',
    '< at >',
    '\u202E',
    '\u200B',
    '**',
    '[a](https://e.example)',
    '\u0000',
    '\uD800',
    'x',
    ' ',
  );
  const hostile = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((context) => context.join('')),
    fc.string({ unit: 'binary' }),
  );
  const marks = /\{\{|<\s*\/?\s*at\b|[\u202A-\u202E\u2066-\u2069]/i;

  it('calls no card function, mentions nobody and turns no text around, wherever it stands', async () => {
    await fc.assert(
      fc.property(hostile, (text) => {
        const blocks: Block[] = [
          { kind: 'text', text: [text, { strong: text }, { code: text }, { person: { name: text } }, { time: text }] },
          { kind: 'facts', facts: [{ label: text, value: text }] },
          { kind: 'table', columns: [{ title: text, width: 1 }], rows: [[text]] },
          { kind: 'list', items: [text] },
          { kind: 'code', text },
          { kind: 'fold', title: text, blocks: [{ kind: 'notice', level: 'note', text }] },
          {
            kind: 'fields',
            fields: [
              { id: 'a', label: text, kind: 'choice', placeholder: text, choices: [{ label: text, value: 'v' }] },
            ],
          },
        ];
        const buttons: Button[] = [{ kind: 'command', command: 'x', label: text }];
        const card = renderCard({
          tone: 'plain',
          title: text,
          subtitle: text,
          blocks,
          buttons,
          fallback: text,
        } as Card);
        for (const shown of texts(card)) expect(shown).not.toMatch(marks);
        // Only text runs have no Markdown: untrusted text must not be in a TextBlock or a FactSet.
        expect(JSON.stringify(card)).not.toMatch(/"type":"(TextBlock|FactSet)"/);
      }),
    );
  });

  it('is the same text to a reader', async () => {
    await fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        expect(cardText(text).replaceAll('\u200B', '')).toBe(text);
      }),
    );
  });

  it('is no markup in a message', async () => {
    await fc.assert(
      fc.property(hostile, (text) => {
        expect(
          xml(text)
            .replaceAll('<br>', '')
            .replace(/&#\d+;/g, ''),
        ).not.toMatch(/[<>&*_~`|[\]]|:\/\//);
      }),
    );
  });

  it('is a mention only where the person is a member, with an entity of the very same text', () => {
    const words = [{ person: { name: 'A <b> & C', entraId: 'e1' } }, ' and ', { person: { name: 'D', entraId: 'e2' } }];
    const { text, entities } = messageText(words, (id) => (id === 'e1' ? { id: '29:a', name: 'A' } : undefined));
    expect(text).toBe('<at>A &#60;b&#62; &#38; C</at> and <b>D</b>');
    expect(entities).toEqual([
      { type: 'mention', text: '<at>A &#60;b&#62; &#38; C</at>', mentioned: { id: '29:a', name: 'A' } },
    ]);
  });
});
