// The docs' pictures of Slack: drawn from the bot's own renderer, complete, and without interpreting text as markup.

import { describe, expect, it } from 'vitest';
import { renderPage, type Scene, type Shot } from '../../docs/slack/render-blocks.ts';
import { cardView, formView, homeView, planView, reasonView } from '../../src/chat/slack/modals.ts';
import { messageOf, richText, section } from '../../src/chat/slack/render.ts';
import { formCard as realForm } from '../../src/core/cards/form-card.ts';
import type { Block, Card } from '../../src/core/chat.ts';
import { commands } from '../../src/core/grammar/registry.ts';
import { card, formCard, requestCard } from '../slack/cards.ts';
import type { Json } from '../slack/fake-slack.ts';

const evil = '<script>alert("1")</script> & <img src=x onerror=\'alert(1)\'>';
const look = { css: '', icon: 'data:,' };

/** Rich text with parts that the bot does not send. */
const anyRichText = (...elements: Json[]): Json => ({ type: 'rich_text', elements });

function page(shots: readonly Partial<Shot>[], more: Partial<Scene> = {}): string {
  const whole = shots.map(
    (shot, index) => ({ name: `shot-${index}`, title: 'A shot', kind: 'message', ...shot }) as Shot,
  );
  return renderPage({ shots: whole, at: '2026-11-23T09:41:00Z', ...more }, look);
}

const message = (...blocks: unknown[]) => page([{ payload: { blocks } }]);

/** The text of a page, without tags, title and entities. */
function said(html: string): string {
  const body = html.slice(html.indexOf('<body>'));
  const signs: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return body.replace(/<[^>]*>/g, '').replace(/&([a-z0-9#]+);/g, (whole, name: string) => signs[name] ?? whole);
}

/** Every visible text of a payload. A closed menu shows the chosen option only; a message’s text is for notifications. */
function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(texts);
  if (value === null || typeof value !== 'object') return [];
  if ('blocks' in value && !('title' in value)) return texts(value.blocks);
  const menu = 'type' in value && value.type === 'static_select';
  return Object.entries(value).flatMap(([key, inner]) => {
    if ((key === 'text' || key === 'initial_value') && typeof inner === 'string') return [inner];
    if (key === 'options' && menu) return [];
    if (key === 'placeholder' && 'initial_option' in value) return [];
    return typeof inner === 'object' ? texts(inner) : [];
  });
}

function blocksOf(text: string): Block[] {
  const words = [
    text,
    { strong: text },
    { code: text },
    { time: '2026-11-23T12:00:00.000Z' },
    { person: { name: text } },
  ];
  const facts: Block = { kind: 'facts', facts: [{ label: text, value: words }] };
  return [
    { kind: 'text', text: words },
    { kind: 'text', text: words, style: 'heading' },
    { kind: 'text', text: words, style: 'subtle' },
    { kind: 'text', text, style: 'subtle' },
    { kind: 'notice', level: 'danger', text: words },
    facts,
    { kind: 'table', columns: [{ title: text, width: 1 }], rows: [[words]] },
    { kind: 'list', items: [words] },
    { kind: 'code', text },
    {
      kind: 'steps',
      steps: (['todo', 'doing', 'done', 'failed'] as const).map((state) => ({ state, text: words })),
    },
    { kind: 'fold', title: text, blocks: [facts] },
    { kind: 'fold', title: text, blocks: [{ kind: 'text', text }] },
  ];
}

const full = (text: string): Card =>
  card(text, {
    tone: 'waiting',
    subtitle: text,
    blocks: blocksOf(text),
    buttons: [
      ...requestCard().buttons,
      { kind: 'command', command: 'help', label: text },
      { kind: 'link', url: 'https://example.com/', label: text },
    ],
  });

/** One of everything that the bot sends. */
function shotsOf(text: string): Pick<Shot, 'kind' | 'payload'>[] {
  const all = full(text);
  const form = formCard({ name: text, group: text, createGroup: 'true', reason: text });
  const reason = reasonView(
    { label: 'Deny', field: { id: 'comment', kind: 'lines', label: text, isRequired: true } },
    { p: {}, v: 'request.deny' },
  );
  return [
    { kind: 'message', payload: { channel: 'C1', ...messageOf(all) } },
    { kind: 'message', payload: { response_type: 'ephemeral', ...messageOf(all, false) } },
    { kind: 'modal', payload: formView(form, undefined, undefined, text) },
    { kind: 'modal', payload: { trigger_id: '1.2', view: cardView(all, undefined) } },
    { kind: 'modal', payload: planView(all, undefined, 'create', { values: {}, labels: {} }, 'd') },
    { kind: 'modal', payload: reason },
    { kind: 'home', payload: { user_id: 'U1', view: homeView([all, all]) } },
    ...commands.map((command) => ({ kind: 'modal' as const, payload: formView(realForm(command), undefined) })),
  ];
}

describe('a picture of Slack', () => {
  it.each(['plain words', evil])('shows all that the bot sends: %s', (text) => {
    for (const shot of shotsOf(text)) {
      const shown = said(page([shot]));
      for (const one of texts(shot.payload)) expect(shown).toContain(one);
    }
  });

  it('takes no text for markup, wherever it stands', () => {
    const html = page(
      [
        ...shotsOf(evil),
        {
          kind: 'modal',
          title: evil,
          payload: formView(formCard(), undefined),
          typed: { 'field:name': evil, 'field:group': evil },
          errors: { 'field:name': evil },
        },
        { kind: 'message', payload: messageOf(card(evil)), thread: [{ payload: messageOf(full(evil)) }] },
        { kind: 'message', payload: { blocks: [anyRichText({ type: 'rich_text_section', elements: [user('U1')] })] } },
      ],
      { people: { U1: evil }, app: evil },
    );
    expect(html).not.toMatch(/<script|<img src=x|"1"/);
    const scene: Scene = { shots: [], at: '2026-11-23T09:41:00Z' };
    expect(() => renderPage({ ...scene, shots: [shot(evil)] }, look)).toThrow('small letters');
  });

  it.each([
    ['a block', { type: 'video' }],
    ['a part of rich text', anyRichText({ type: 'rich_text_table', elements: [] })],
    ['a part of rich text', anyRichText({ type: 'rich_text_section', elements: [{ type: 'emoji', name: 'wave' }] })],
    ['an element', { type: 'actions', elements: [{ type: 'datepicker', action_id: 'x' }] }],
    ['an input', { type: 'input', label: plain('When'), element: { type: 'datepicker', action_id: 'x' } }],
    ['a cell', { type: 'table', rows: [[{ type: 'raw_number', value: 1 }]] }],
  ])('leaves out nothing that it does not know: %s', (what, block) => {
    expect(() => message(block)).toThrow(new RegExp(`^shot-0: [^]*${what} of the type “\\w+” is not drawn`));
  });

  it('refuses what it would draw wrongly: markup, an unknown property, an unknown token of a date, the wrong kind', () => {
    expect(() => message({ type: 'section', text: { type: 'mrkdwn', text: '*b*' } })).toThrow('shot-0');
    expect(() => message({ type: 'divider', accessory: {} })).toThrow('accessory');
    const date = { type: 'date', timestamp: 1_795_435_200, format: '{ago}' };
    expect(() => message(anyRichText({ type: 'rich_text_section', elements: [date] }))).toThrow('{ago}');
    expect(() => page([{ kind: 'modal', payload: homeView([card('x')]) }])).toThrow('shot-0');
    expect(() => page([{ kind: 'message', payload: { text: 'no blocks' } }])).toThrow('blocks');
  });

  it('shows times as their reader has them', () => {
    const at = (time: string) => ({ payload: { blocks: [richText(section([{ time }]))] } });
    const times = ['2026-11-23T12:00:00.000Z', '2026-11-24T05:30:00.000Z', '2027-01-02T00:00:00.000Z'].map(at);
    const utc = said(page(times));
    for (const shown of ['9:41 AM', 'today at 12:00 PM', 'tomorrow at 5:30 AM', 'Jan 2, 2027 at 12:00 AM'])
      expect(utc).toContain(shown);
    const seattle = said(page(times, { timeZone: 'America/Los_Angeles' }));
    for (const shown of ['1:41 AM', 'today at 4:00 AM', 'today at 9:30 PM', 'Jan 1, 2027 at 4:00 PM'])
      expect(seattle).toContain(shown);
  });

  it('says who is called, what is private, what was typed and what is wrong with it', () => {
    const call = page(
      [{ isPrivate: true, payload: { blocks: [anyRichText({ type: 'rich_text_section', elements: [user('U1')] })] } }],
      {
        people: { U1: 'Megan Bowen' },
      },
    );
    expect(said(call)).toContain('@Megan Bowen');
    expect(said(call)).toContain('Only visible to you');
    const form = { kind: 'modal', payload: formView(formCard(), undefined) } as const;
    const typed = page([
      {
        ...form,
        typed: { 'field:name': 'uami-orders', 'field:createGroup': 'true' },
        errors: { 'field:name': 'Taken.' },
      },
    ]);
    expect(said(typed)).toContain('uami-orders');
    expect(said(typed)).toContain('Taken.');
    expect(typed).toContain('check ticked');
    expect(said(page([form]))).toContain('Reason (optional)');
    expect(page([form])).not.toContain('check ticked');
  });

  it('loads nothing from anywhere', () => {
    expect(message({ type: 'divider' })).toContain('content="default-src &#39;none&#39;;');
  });
});

function user(id: string): Json {
  return { type: 'user', user_id: id };
}

function plain(text: string): Json {
  return { type: 'plain_text', text };
}

function shot(name: string): Shot {
  return { name, title: 'x', kind: 'message', payload: messageOf(card('x')) };
}
