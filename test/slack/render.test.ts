import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optionsFor, packed, unpacked } from '../../src/chat/slack/forms.ts';
import { LIMITS } from '../../src/chat/slack/limits.ts';
import { cardView, formView, homeView, planView, reasonView } from '../../src/chat/slack/modals.ts';
import { messageOf, renderCard } from '../../src/chat/slack/render.ts';
import { fallback } from '../../src/chat/slack/text.ts';
import { formCard as realForm } from '../../src/core/cards/form-card.ts';
import type { Block, Button, Card, Field, RichText } from '../../src/core/chat.ts';
import { commands } from '../../src/core/grammar/registry.ts';
import { faults, textOf, viewFaults } from './blocks.ts';
import { card, formCard, requestCard } from './cards.ts';

const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    '<!channel>',
    '<@U123>',
    '<https://evil.example|Approve>',
    '*b*',
    '_i_',
    '`c`',
    '&lt;',
    '@here',
    '\u202Ex',
    ':wave:',
    '',
  ),
  fc.nat(9_000).map((length) => 'x'.repeat(length)),
);
const words: fc.Arbitrary<RichText> = fc.oneof(
  nasty,
  fc.array(
    fc.oneof(
      nasty,
      nasty.map((strong) => ({ strong })),
      nasty.map((code) => ({ code })),
      fc.constantFrom({ time: '2026-11-23T12:00:00.000Z' }, { time: '<!channel>' }),
      nasty.map((name) => ({ person: { name } })),
    ),
    { maxLength: 5 },
  ),
);
const field: fc.Arbitrary<Field> = fc
  .record({
    id: fc.stringMatching(/^[a-z]{1,12}$/),
    label: nasty,
    kind: fc.constantFrom('line', 'lines', 'choice', 'toggle'),
    value: nasty,
    placeholder: nasty,
    error: nasty,
  })
  .map((one) => ({ ...one, choices: [{ label: one.label, value: one.value || 'x' }] }) as Field);
const steps = fc.array(fc.record({ state: fc.constantFrom('todo', 'doing', 'done', 'failed'), text: words }), {
  maxLength: 30,
});
const leaf: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ kind: fc.constant('text'), text: words, style: fc.constantFrom('normal', 'subtle', 'heading') }),
  fc.record({ kind: fc.constant('notice'), level: fc.constantFrom('note', 'caution', 'danger'), text: words }),
  fc.record({
    kind: fc.constant('facts'),
    facts: fc.array(fc.record({ label: nasty, value: words }), { maxLength: 30 }),
  }),
  fc.record({ kind: fc.constant('list'), items: fc.array(words, { maxLength: 200 }) }),
  fc.record({ kind: fc.constant('code'), text: nasty }),
  fc.record({ kind: fc.constant('steps'), steps }),
  fc.record({
    kind: fc.constant('table'),
    columns: fc.array(fc.record({ title: nasty, width: fc.nat(9) }), { minLength: 1, maxLength: 25 }),
    rows: fc.array(fc.array(words, { maxLength: 25 }), { maxLength: 150 }),
  }),
) as fc.Arbitrary<Block>;
const block = fc.oneof(
  leaf,
  fc.record({ kind: fc.constant('fold'), title: nasty, blocks: fc.array(leaf, { maxLength: 3 }) }),
) as fc.Arbitrary<Block>;
const button = fc.oneof(
  fc.record({
    kind: fc.constant('request'),
    verb: fc.constantFrom('request.approve', 'request.deny'),
    requestId: fc.constant('R-7K3F9Q'),
    label: nasty,
    asks: fc.record({ id: fc.constant('comment'), kind: fc.constant('lines'), label: nasty }),
  }),
  fc.record({ kind: fc.constant('command'), command: nasty.map((text) => `show ${text}`), label: nasty }),
  fc.record({ kind: fc.constant('link'), url: fc.webUrl(), label: nasty }),
) as fc.Arbitrary<Button>;
const anyCard: fc.Arbitrary<Card> = fc.record({
  tone: fc.constantFrom('plain', 'waiting', 'good', 'bad', 'caution'),
  title: nasty,
  subtitle: words,
  blocks: fc.array(block, { maxLength: 70 }),
  buttons: fc.array(button, { maxLength: 40 }),
  fallback: nasty,
});

describe('a card in Slack', () => {
  it('keeps to every limit of messages, modals and the Home tab, whatever is in it', { timeout: 150_000 }, () => {
    fc.assert(
      fc.property(anyCard, (one) => {
        const message = messageOf(one);
        expect(faults(message.blocks, 'message')).toEqual([]);
        expect(faults(messageOf(one, false).blocks, 'message')).toEqual([]);
        expect(message.text).not.toMatch(/[<>]/);
        expect(message.text.length).toBeLessThanOrEqual(LIMITS.messageText);
        expect(viewFaults(cardView(one, undefined))).toEqual([]);
        expect(viewFaults(homeView([one, one, requestCard(), one]))).toEqual([]);
        expect(viewFaults(planView(one, undefined, 'create', { values: { name: 'web' }, labels: {} }, 'd'))).toEqual(
          [],
        );
      }),
      { numRuns: 150 },
    );
  });

  it('keeps to them as a form, and carries no more than Slack has room for', () => {
    fc.assert(
      fc.property(fc.uniqueArray(field, { maxLength: 12, selector: ({ id }) => id }), nasty, (fields, trouble) => {
        const one = card('Grant a role, at a scope, for a time', {
          blocks: [{ kind: 'fields', fields }],
          buttons: [{ kind: 'form', command: 'grant', label: 'Go on' }],
        });
        const filled = { values: { name: trouble }, labels: { name: trouble } };
        expect(viewFaults(formView(one, undefined, filled, trouble))).toEqual([]);
        expect(faults(messageOf(one).blocks, 'message')).toEqual([]);
      }),
      { numRuns: 150 },
    );
    expect(
      planView(card('x'), undefined, 'create', { values: { reason: 'x'.repeat(3_000) }, labels: {} }, 'd'),
    ).toBeUndefined();
    const asked: Field = { id: 'comment', kind: 'lines', label: 'Why?', isRequired: true };
    for (const label of ['Deny', 'Mark as reviewed', 'x'.repeat(80)]) {
      const meta = { p: {}, v: 'request.deny', r: 'R-7K3F9Q' };
      expect(viewFaults(reasonView({ label, field: asked }, meta))).toEqual([]);
    }
    expect(viewFaults(formView(formCard({ name: 'web', createGroup: 'true' }), undefined))).toEqual([]);
  });

  it('keeps to them in the form of every command there is', () => {
    for (const command of commands)
      expect([command.name, ...viewFaults(formView(realForm(command), undefined))]).toEqual([command.name]);
  });

  it('shows the same words that went in, and nothing as markup', () => {
    const blocks = renderCard(
      card('<!channel> *x*', { blocks: [{ kind: 'text', text: ['<@U123> ', { strong: '_a_' }, { code: '`b`' }] }] }),
      { surface: 'message' },
    );
    expect(JSON.stringify(blocks)).not.toContain('mrkdwn');
    expect(textOf(blocks).split('\n')).toEqual(['<!channel> *x*', '<@U123> ', '_a_', '`b`']);
    expect(fallback('<!channel> & <@U1>')).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt;');
  });

  it('carries request buttons exactly, and shows times in the reader’s own zone', () => {
    const blocks = renderCard(requestCard(), { surface: 'message' });
    const buttons = ((blocks.at(-1) as { elements?: unknown } | undefined)?.elements ?? []) as {
      action_id: string;
      value: string;
      style?: string;
    }[];
    expect(buttons.map(({ action_id: id, value, style }) => [id, value, style])).toEqual([
      ['request.approve', 'R-7K3F9Q', 'primary'],
      ['request.deny', 'R-7K3F9Q', 'danger'],
      ['command.run', 'request R-7K3F9Q', undefined],
    ]);
    expect(JSON.stringify(blocks)).toContain('"type":"date","timestamp":1795435200');
  });

  it('counts what it has no room for', () => {
    const items = Array.from({ length: 500 }, (_, index) => `identity number ${index}`);
    expect(textOf(renderCard(card('All', { blocks: [{ kind: 'list', items }] }), { surface: 'message' }))).toMatch(
      /… and \d+ more/,
    );
    const rows = items.map((item) => [item]);
    const columns = [{ title: 'Name', width: 1 }];
    for (const surface of ['message', 'modal'] as const) {
      const shown = textOf(renderCard(card('All', { blocks: [{ kind: 'table', columns, rows }] }), { surface }));
      expect(shown).toMatch(/… and \d+ more rows/);
    }
  });
});

describe('options of a select', () => {
  it('give back what they stand for', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          nasty,
          fc.uuid().map((id) => `/subscriptions/${id}/resourceGroups/rg-{x}`),
          fc.uuid(),
        ),
        (value) => {
          const code = packed(value);
          if (code !== undefined) expect(unpacked(code)).toBe(value);
        },
      ),
    );
    const scope = '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-web';
    expect(packed(scope)?.length).toBeLessThanOrEqual(LIMITS.optionValueSafe);
    expect(unpacked(packed(scope) ?? '')).toBe(scope);
  });

  it('begin with what was typed, unless that is known', () => {
    const found = [{ label: 'rg-web', value: 'rg-web' }];
    expect(optionsFor('rg', found).map((one) => one.value)).toEqual(['rg', 'rg-web']);
    expect(optionsFor('rg-web', found).map((one) => one.value)).toEqual(['rg-web']);
    expect(optionsFor('x'.repeat(500), found).map((one) => one.value)).toEqual(['rg-web']);
    const many = Array.from({ length: 300 }, (_, index) => ({ label: `g${index}`, value: `g${index}` }));
    expect(optionsFor('g', many).length).toBe(LIMITS.selectOptions);
  });
});
