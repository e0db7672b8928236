// Requests to the bot as Slack signs them.

import { createHmac } from 'node:crypto';
import type { Json } from './fake-slack.ts';

export const secret = 'the-signing-secret-of-a-test';

/** A request signed as Slack does. */
export function signed(
  body: string,
  options: { type?: string; at?: number; key?: string; headers?: Record<string, string> } = {},
): RequestInit {
  const at = String(options.at ?? Math.floor(Date.now() / 1000));
  const mac = createHmac('sha256', options.key ?? secret)
    .update(`v0:${at}:${body}`)
    .digest('hex');
  return {
    method: 'POST',
    headers: {
      'content-type': options.type ?? 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': at,
      'x-slack-signature': `v0=${mac}`,
      ...options.headers,
    },
    body,
  };
}

/** The form bodies of commands and interactions. */
export const form = (fields: Json): string =>
  new URLSearchParams(Object.entries(fields).map(([key, value]): [string, string] => [key, String(value)])).toString();
export const payload = (body: Json): string => form({ payload: JSON.stringify(body) });
