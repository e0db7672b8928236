// Stands in for what the bot calls, in a process of its own so that its work is not counted as anybody's: Slack's Web API and
// response_urls, and the Bot Framework connector. Answers at once with what the bot needs, and keeps nothing. Prints its address.

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

const team = 'T0BENCH';
let messages = 0;
/** When something first came for a response_url, a channel or a conversation (Date.now()), for GET /times. */
const times = new Map<string, number>();

function note(path: string, body: string): void {
  const [, , inPath] = /^\/(respond|v3\/conversations)\/([^/]+)/.exec(path) ?? [];
  const inBody = path.startsWith('/api/chat.') ? (/"?channel"?[:=]"?([\w-]+)/.exec(body)?.[1] ?? '') : '';
  const key = inPath ?? inBody;
  if (key.startsWith('timed') || key.startsWith('C0TIMED')) times.set(key, times.get(key) ?? Date.now());
}

const user = (id: string) => ({
  id,
  team_id: team,
  name: 'alex',
  real_name: 'Alex Wilber',
  is_email_confirmed: true,
  profile: { email: 'alex@contoso.com', real_name: 'Alex Wilber' },
});

function answerOf(path: string, body: string): unknown {
  if (path === '/times') return Object.fromEntries(times);
  if (path.startsWith('/v3/')) return { id: `m${++messages}` };
  const parameters = body.startsWith('{') ? (JSON.parse(body) as Record<string, string>) : undefined;
  const value = (name: string) => parameters?.[name] ?? new URLSearchParams(body).get(name) ?? '';
  switch (path) {
    case '/api/auth.test':
      return { ok: true, team_id: team, user_id: 'U0BOT', bot_id: 'B0BOT', team: 'Contoso', user: 'identity-desk' };
    case '/api/users.info':
      return { ok: true, user: user(value('user')) };
    case '/api/users.lookupByEmail':
      return { ok: true, user: user('U0ALEX') };
    case '/api/conversations.open':
      return { ok: true, channel: { id: 'D0BENCH' } };
    case '/api/chat.postMessage':
    case '/api/chat.update':
      return { ok: true, channel: value('channel'), ts: `1700000000.${String(++messages).padStart(6, '0')}` };
    default:
      return { ok: true };
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const server = createServer((request, response) => {
  void textOf(request).then((body) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    note(path, body);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answerOf(path, body)));
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
