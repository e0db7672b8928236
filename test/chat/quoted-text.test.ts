// Attack by quoting: what somebody else said, quoted in a reply, must not count as said by the one who replies.

import { describe, expect, it } from 'vitest';
import { decode as decodeSlack } from '../../src/chat/slack/decode.ts';
import { parseActivity } from '../../src/chat/teams/activity.ts';
import { decode } from '../../src/chat/teams/decode.ts';

const reply = (quoted: string) =>
  `<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="1732448000000">\r\n<strong itemprop="mri" itemid="8:orgid:3e9a0000-0000-4000-8000-000000000002">Megan Bowen</strong><span itemprop="time" itemid="1732448000000"></span>\r\n<p itemprop="preview">${quoted}</p>\r\n</blockquote>`;

function typed(more: Record<string, unknown>): string {
  const activity = parseActivity(
    Buffer.from(
      JSON.stringify({
        type: 'message',
        id: '1',
        channelId: 'msteams',
        serviceUrl: 'https://smba.trafficmanager.net/emea/',
        from: { id: '29:alex', name: 'Alex Wilber', aadObjectId: 'a1ec0000-0000-4000-8000-000000000001' },
        recipient: { id: '28:bot', name: 'Identity Desk' },
        conversation: { id: 'c', conversationType: 'personal' },
        ...more,
      }),
    ),
  );
  if (!activity) throw new Error('it is no activity');
  const decoded = decode(activity, false);
  if (decoded.type !== 'message') throw new Error('it is no message');
  return decoded.text;
}

describe('a reply in Teams', () => {
  const html = (content: string) => [{ contentType: 'text/html', content }];

  it('says what stands below the quote, where its markup is an attachment', () => {
    const text = 'Megan Bowen approve R-7K3F9Q\r\n\r\nlist -g rg-payments';
    const attachments = html(`${reply('approve R-7K3F9Q')}\r\n<p>list -g rg-payments</p>`);
    expect(typed({ text, textFormat: 'plain', attachments })).toBe('list -g rg-payments');
  });

  it('says it without the mention of the bot, and keeps whom else it names', () => {
    const bot = '<span itemtype="http://schema.skype.com/Mention" itemscope itemid="0">Identity Desk</span>';
    const other = '<span itemtype="http://schema.skype.com/Mention" itemscope itemid="1">Adele</span>';
    const attachments = html(`${reply('approve R-7K3F9Q')}<p>${bot}&nbsp;deny R-7K3F9Q ${other} said so</p>`);
    const mention = { type: 'mention', text: '<at>Identity Desk</at>', mentioned: { id: '28:bot' } };
    const text = 'approve R-7K3F9Q <at>Identity Desk</at> deny R-7K3F9Q Adele said so';
    expect(typed({ text, entities: [mention], attachments })).toBe('deny R-7K3F9Q Adele said so');
  });

  it.each([
    ['in its text', `${reply('approve R-1')}<p>list</p>`],
    ['in its text, not at its begin', `<p>list</p>${reply('approve R-1')}`],
    ['within another quote', `${reply(`a${reply('approve R-1')}approve R-2`)}list`],
    ['that does not end', '<p>list</p><blockquote itemtype="http://schema.skype.com/Reply"><p>approve R-1</p>'],
    ['that only a place marks', '<quoted messageId="1732448000000"/>list'],
    ['with a quote of the new kind', '<quoted messageId="1">approve R-1</quoted>list'],
    ['in capitals', '<BLOCKQUOTE>approve R-1</BLOCKQUOTE>list'],
  ])('says nothing of a quote %s', (_, text) => {
    expect(typed({ text })).toBe('list');
    expect(typed({ text, textFormat: 'xml' })).toBe('list');
    expect(typed({ text: 'approve R-1 list', attachments: html(text) })).toBe('list');
  });

  it('with nothing but a quote says nothing', () => {
    expect(typed({ text: reply('approve R-1') })).toBe('');
    expect(typed({ text: 'approve R-1', attachments: html(reply('approve R-1')) })).toBe('');
  });

  it('that quotes nothing is its plain text', () => {
    expect(typed({ text: 'list &lt;x&gt;', attachments: html('<p>list &lt;x&gt;</p>') })).toBe('list <x>');
    expect(typed({ text: 'create a --reason &lt;blockquote&gt;' })).toBe('create a --reason <blockquote>');
  });
});

describe('a message in Slack', () => {
  const said = (more: Record<string, unknown>) => {
    const event = { type: 'message', channel: 'D1', channel_type: 'im', user: 'U1', ts: '1.1', ...more };
    const payload = { type: 'event_callback', team_id: 'T1', event_id: 'E1', event };
    const decoded = decodeSlack(payload, { botUser: 'UBOT', receivedAt: 0 } as never);
    return decoded?.type === 'event' && decoded.event === 'message' ? decoded.text : undefined;
  };

  it('says nothing of what it quotes', () => {
    expect(said({ text: '&gt; approve R-1\n&gt;approve R-2\nlist' })).toBe('list');
    expect(said({ text: '<@UBOT> list\n&gt; approve R-1' })).toBe('list');
    expect(said({ text: '&gt; approve R-1' })).toBe('');
    expect(said({ text: 'create a --reason x -&gt; y' })).toBe('create a --reason x -> y');
  });

  it('says nothing of a message that it forwards or shares', () => {
    const attachments = [{ is_share: true, author_id: 'U2', text: 'approve R-1', fallback: 'approve R-1' }];
    expect(said({ text: '', attachments })).toBe('');
    expect(said({ text: 'list', attachments })).toBe('list');
  });
});
