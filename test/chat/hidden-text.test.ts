// Attacks by what nobody sees: invisible, reordering and line-drawing characters, wherever a string from outside is shown.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardView, homeView, planView } from '../../src/chat/slack/modals.ts';
import { lineMessage, messageOf } from '../../src/chat/slack/render.ts';
import { mentioningFallback } from '../../src/chat/slack/text.ts';
import { renderCard } from '../../src/chat/teams/render.ts';
import { messageText } from '../../src/chat/teams/text.ts';
import type { Block, Card } from '../../src/core/chat.ts';
import { plain, plainLine, shorten } from '../../src/core/plain-text.ts';

const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const every = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
  .filter((sign) => sign.search(unseen) === 0);

/** What may stay: emoji as Unicode recommends them, isolates around words from right to left, joiners of scripts that need them. */
function withoutWhatMayStay(text: string): string {
  return text
    .replace(/\p{RGI_Emoji}/gv, '')
    .replace(/\u2068([^\u2066-\u2069]*)\u2069/g, (whole, inner: string) =>
      /^[\p{Script=Hebrew}\p{Script=Arabic}\u0590-\u08FF\uFB1D-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u.test(
        inner,
      )
        ? inner
        : whole,
    )
    .replace(/(?<=\p{Script=Arabic})\u200C(?=\p{Script=Arabic})/gu, '')
    .replace(/(?<=\p{M})[\u200C\u200D](?=\p{L})/gu, '');
}

const hostile = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...every) },
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        'Reader',
        ' ',
        '\n',
        '\r\n',
        '\t',
        'שלום',
        'علی',
        '👩‍❤️‍👩',
        '🏴',
        '1️⃣',
        '\uD800',
        'क्',
        'Оwner',
        '[U+200B]',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('a string that is shown', () => {
  it('has nothing invisible but what emoji and scripts need, and what isolates words from right to left', async () => {
    await fc.assert(
      fc.property(hostile, (text) => {
        expect(withoutWhatMayStay(plain(text)).replace(/[\n\t]/g, '')).not.toMatch(unseen);
        expect(withoutWhatMayStay(plainLine(text))).not.toMatch(unseen);
      }),
      { numRuns: 2_000 },
    );
  });

  it('tells every invisible character by its code, so that names that differ look different', () => {
    expect(every.length).toBeGreaterThan(4_000);
    for (const sign of every) {
      if (sign === '\n' || sign === '\t') continue;
      const code = sign === '\r' ? '↵' : `[U+${sign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`;
      expect(plainLine(`Read${sign}er`)).toContain(code);
    }
    expect(plainLine('Reader\u00A0')).toBe('Reader[U+00A0]');
    expect(plainLine('Reader\u2800')).toBe('Reader[U+2800]');
    expect(plain('pay\u202Etxt')).toBe('pay[U+202E]txt');
  });

  it('marks the letter of another alphabet in a word, and no word of one alphabet', () => {
    expect(plain('\u041Ewner')).toBe('\u041E[U+041E]wner');
    expect(plain('Москвa')).toBe('Москвa[U+0061]');
    for (const name of ['Анна Каренина', 'Σοφία', 'Zoë Brontë', 'Łukasz', '佐藤 健', '김민준'])
      expect(plain(name)).toBe(name);
  });

  it('is the same where it is an id, an emoji or a name as people have them', () => {
    const id = '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-web_1(x)';
    for (const text of [id, 'R-7K3F9Q', '👩‍❤️‍👩 👨🏽‍💻 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ 🇺🇦', 'नमस्ते क्‍ष', '“a” · b … – ✓'])
      expect(plain(text)).toBe(text);
    expect(plain('علی‌رضا')).toBe('\u2068علی‌رضا\u2069');
    expect(plain('דוד בן־גוריון (8 h)')).toBe('\u2068דוד בן־גוריון\u2069 (8 h)');
    expect(plain(`a${'\u0301'.repeat(8)}`)).toBe(`a${'\u0301'.repeat(6)}[U+0301][U+0301]`);
  });

  it('is shown the same when it passes twice, and lays out no lines', async () => {
    await fc.assert(
      fc.property(hostile, (text) => {
        expect(plain(plain(text))).toBe(plain(text));
        expect(plainLine(plainLine(text))).toBe(plainLine(text));
        expect(plainLine(text)).not.toMatch(/[\n\r\t\u2028\u2029]| {3}/);
      }),
      { numRuns: 1_000 },
    );
    expect(plainLine('x\nApproved by: Megan')).toBe('x ↵ Approved by: Megan');
    expect(plainLine(`x${' '.repeat(200)}Approved by: Megan`)).toBe('x[200 spaces]Approved by: Megan');
  });

  it('is cut without leaving an isolate open or a character in half', async () => {
    await fc.assert(
      fc.property(hostile, fc.integer({ min: 3, max: 60 }), (text, most) => {
        const cut = shorten(plain(text), most);
        expect(cut.length).toBeLessThanOrEqual(most);
        expect(cut.isWellFormed()).toBe(true);
        expect(cut.split('\u2068').length).toBe(cut.split('\u2069').length);
      }),
    );
  });
});

/** Every string that a platform shows. */
function shownIn(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) for (const child of node) shownIn(child, found);
  else if (typeof node === 'object' && node !== null) {
    for (const [key, value] of Object.entries(node)) {
      if (typeof value !== 'string') shownIn(value, found);
      else if (['text', 'title', 'label', 'placeholder', 'fallbackText', 'fallback'].includes(key)) found.push(value);
    }
  }
  return found;
}

function cardOf(text: string): Card {
  const words = [text, { strong: text }, { code: text }, { person: { name: text } }, { time: text }];
  const blocks: Block[] = [
    ...(['normal', 'subtle', 'heading'] as const).map((style): Block => ({ kind: 'text', text: words, style })),
    { kind: 'facts', facts: [{ label: text, value: words }] },
    { kind: 'table', columns: [{ title: text, width: 1 }], rows: [[words]] },
    { kind: 'list', items: [words] },
    { kind: 'steps', steps: [{ state: 'done', text: words }] },
    { kind: 'notice', level: 'note', text: words },
    { kind: 'fold', title: text, blocks: [{ kind: 'facts', facts: [{ label: text, value: words }] }] },
  ];
  const asks = { id: 'c', kind: 'lines' as const, label: text, placeholder: text };
  return {
    tone: 'waiting',
    title: text,
    subtitle: words,
    blocks,
    buttons: [{ kind: 'request', verb: 'request.deny', requestId: 'R-1', label: text, asks }],
    fallback: text,
  };
}

const person = { person: { name: 'x', entraId: 'e' } };

describe.each<[string, (text: string) => unknown]>([
  ['a Slack message', (text) => messageOf(cardOf(text))],
  ['a Slack message without tables', (text) => messageOf(cardOf(text), false)],
  ['a Slack modal', (text) => cardView(cardOf(text), undefined)],
  ['a plan in a Slack modal', (text) => planView(cardOf(text), undefined, 'create', { values: {}, labels: {} }, 'd')],
  ['the Slack Home tab', (text) => homeView([cardOf(text)])],
  ['a line in Slack', (text) => lineMessage([text, { strong: text }])],
  ['a mention in Slack', (text) => ({ text: mentioningFallback([text, person], () => 'U1') })],
  ['a Teams card', (text) => renderCard(cardOf(text))],
  [
    'a line in Teams',
    (text) => ({
      text: messageText([text, { person: { name: text, entraId: 'e' } }], () => ({ id: 'i', name: 'n' })).text,
    }),
  ],
])('%s', (_, draw) => {
  it('shows nothing invisible and no line but its own, whatever a string holds', async () => {
    await fc.assert(
      fc.property(hostile, (text) => {
        const shown = shownIn(draw(`x${text}\nApproved by: Megan`));
        expect(shown.length).toBeGreaterThan(0);
        for (const one of shown) {
          // A zero-width space is the adapters' own: it breaks marks of the platform apart.
          expect(withoutWhatMayStay(one.replaceAll('\u200B', '').replaceAll('\n', ''))).not.toMatch(unseen);
          expect(one).not.toMatch(/(^|\n)\s*Approved by/);
        }
      }),
      { numRuns: 100 },
    );
  });
});
