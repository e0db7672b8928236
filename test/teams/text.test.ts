// Untrusted text in cards and messages: it stays text.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderCard } from '../../src/chat/teams/render.ts';
import { cardText, messageText, xml } from '../../src/chat/teams/text.ts';
import type { Block, Button, Card } from '../../src/core/chat.ts';
import { texts } from './adaptive.ts';

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
        // Isolates around right-to-left words are added by the bot.
        const others = (shown: string) => shown.replace(/\u2068[^\u2066-\u2069]*\u2069/g, '');
        for (const shown of texts(card)) expect(others(shown)).not.toMatch(marks);
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
