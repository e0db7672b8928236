// What the fake Slack reads from requests, and gives back of metadata.

import type { IncomingMessage } from 'node:http';
import type { Json } from './fake-slack.ts';

/** The bytes of an upload are latin1. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString(request.url?.startsWith('/upload/') ? 'latin1' : 'utf8');
}

/** The body of a call. */
export function parsed(text: string, type: string): Json {
  if (type.includes('json')) return JSON.parse(text || '{}') as Json;
  const body: Json = Object.fromEntries(new URLSearchParams(text));
  for (const key of ['blocks', 'view', 'files']) {
    if (typeof body[key] === 'string') body[key] = JSON.parse(body[key]);
  }
  return body;
}

/** Metadata as Slack gives it back; the emulator leaves it in the form in which it was sent. */
export function withMetadata(answer: Json): Json {
  if (!Array.isArray(answer.messages)) return answer;
  const messages = (answer.messages as Json[]).map((one) =>
    typeof one.metadata === 'string' ? { ...one, metadata: JSON.parse(one.metadata) } : one,
  );
  return { ...answer, messages };
}
