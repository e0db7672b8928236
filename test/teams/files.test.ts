// Files of an answer in Teams: images in the message, other files by consent in the own chat.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CardFile } from '../../src/core/card-file.ts';
import { type Bench, MEGAN, simpleCard, startBench } from './bench.ts';

const png = (px: number): Uint8Array => {
  const bytes = new Uint8Array(40);
  new DataView(bytes.buffer).setUint32(16, px);
  return bytes;
};
const picture: CardFile = { name: 'a.png', mediaType: 'image/png', content: png(900), alt: 'two roles' };
const csv: CardFile = { name: 'list.csv', mediaType: 'text/csv', content: 'name\nümläut\n' };
const consent = 'application/vnd.microsoft.teams.card.file.consent';

let bench: Bench;
const uploads: { body: string; range: string | undefined }[] = [];
let status = 201;
const drive = createServer((request, response) => {
  void request.toArray().then((parts) => {
    uploads.push({ body: Buffer.concat(parts).toString(), range: request.headers['content-range'] });
    response.writeHead(status).end();
  });
});

beforeEach(async () => {
  bench = await startBench();
  uploads.length = 0;
  status = 201;
  if (!drive.listening) await new Promise<void>((resolve) => drive.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await bench.stop();
  drive.closeAllConnections();
  await new Promise((resolve) => drive.close(resolve));
});

const attached = () =>
  bench.connector.messages.flatMap(({ conversation, activity }) =>
    (
      (activity.attachments ?? []) as {
        contentType: string;
        contentUrl?: string;
        content?: { acceptContext: unknown };
      }[]
    )
      .filter(({ contentType }) => !contentType.endsWith('card.adaptive'))
      .map((one) => ({ conversation, ...one })),
  );
const said = () => bench.connector.messages.map(({ activity }) => String(activity.text ?? '')).join('\n');
async function ask(files: readonly CardFile[], more: Record<string, unknown> = {}, kind: 'card' | 'private' = 'card') {
  bench.answer = () => ({ kind, card: simpleCard('The answer', { files }) });
  await bench.post(bench.activity({ text: 'x', ...more }));
}
const channel = { conversation: { id: 'channel-1', conversationType: 'channel', tenantId: 'x' } };
async function accept(more: Record<string, unknown> = {}, uploadUrl?: string) {
  const context = attached().find(({ contentType }) => contentType === consent)?.content?.acceptContext;
  const { port } = drive.address() as AddressInfo;
  const url = uploadUrl ?? `http://127.0.0.1:${port}/up`;
  const uploadInfo = {
    uploadUrl: url,
    contentUrl: 'https://x.sharepoint.com/list.csv',
    uniqueId: 'u',
    fileType: 'csv',
  };
  const before = bench.connector.messages.length;
  const value = { type: 'fileUpload', action: 'accept', context, uploadInfo };
  const response = await bench.postOnly(bench.activity({ type: 'invoke', name: 'fileConsent/invoke', value, ...more }));
  expect(response.status).toBe(200);
  await bench.connector.until((posted) => posted.length > before);
}

it('shows an image in the message', async () => {
  await ask([picture]);
  expect(attached()).toMatchObject([{ conversation: 'chat-alex', contentType: 'image/png' }]);
  expect(attached()[0]?.contentUrl).toMatch(/^data:image\/png;base64,/);
});

it('offers other files, and images that are too large for a message, in the own chat', async () => {
  await ask([csv, { ...picture, content: png(3_000) }]);
  expect(attached().map(({ contentType }) => contentType)).toEqual([consent, consent]);
  await accept();
  expect(uploads).toEqual([{ body: 'name\nümläut\n', range: 'bytes 0-13/14' }]);
  expect(attached().at(-1)?.contentType).toBe('application/vnd.microsoft.teams.card.file.info');
});

it('offers nothing in a channel, and shows nothing private there', async () => {
  await bench.post(bench.activity({ text: 'x' }));
  await ask([csv], channel);
  await ask([picture], channel, 'private');
  const places = attached().map(({ conversation }) => conversation);
  expect(places).toEqual(['chat-alex', 'chat-alex']);
  expect(said()).toContain('in your own chat with Identity Desk');
});

it('gives a file to nobody but whom it was offered to', async () => {
  await ask([csv]);
  await accept({ from: { id: '29:megan', name: 'Megan', aadObjectId: MEGAN } });
  expect(uploads).toEqual([]);
  expect(said()).toContain('no longer offered');
});

it.each(['https://evil.example/x', 'https://x.sharepoint.com.evil.example/x', 'file:///etc/passwd', 'x'])(
  'puts nothing at %s',
  async (url) => {
    await ask([csv]);
    await accept({}, url);
    expect(uploads).toEqual([]);
    expect(said()).toContain('could not be saved');
  },
);

it('says so where the drive is away', async () => {
  status = 503;
  await ask([csv]);
  await accept();
  expect(said()).toContain('list.csv could not be saved');
});
