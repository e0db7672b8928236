// Sends the files of a card. An image goes into the conversation of the answer; another file is offered in the person's own chat,
// since Teams takes those from bots only there and only once the person agrees (learn.microsoft.com, "Send and receive files using
// a bot"). What is offered is kept in memory for some minutes: after that, or after a restart, the command is run again.

import { randomUUID } from 'node:crypto';
import type { Attachment } from 'botbuilder';
import { LRUCache } from 'lru-cache';
import type { CardFile } from '../../core/card-file.ts';
import { sameName } from '../../core/model/fold.ts';
import type { Log } from '../../core/ports.ts';
import type { FileConsent } from './interactions.ts';
import { LIMITS } from './limits.ts';
import type { TeamsMessenger, To } from './send.ts';

const consentCard = 'application/vnd.microsoft.teams.card.file.consent';
const fileInfoCard = 'application/vnd.microsoft.teams.card.file.info';

interface Offered {
  readonly entraId: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Whose files, and where their card was shown. */
interface FilesPlace {
  readonly entraId: string | undefined;
  readonly isPersonal: boolean;
  /** Only the person sees the card. */
  readonly isPrivate: boolean;
  readonly to: To;
}

/** Sends and offers files. */
export interface TeamsFiles {
  /** Never throws: the person is told what could not be sent. */
  send(files: readonly CardFile[], place: FilesPlace): Promise<void>;
  /** The person's answer to an offer. Resolves when they were told the outcome. Never throws. */
  answer(received: FileConsent): Promise<void>;
}

const bytesOf = ({ content }: CardFile) => (typeof content === 'string' ? new TextEncoder().encode(content) : content);

/** Whether Teams shows it in a message: PNG of at most 1024 × 1024 pixels and 1 MB (learn.microsoft.com, "Format your bot messages"). */
function isShownInMessage(file: CardFile, bytes: Uint8Array): boolean {
  if (file.mediaType !== 'image/png' || bytes.length < 24 || bytes.length > LIMITS.imageBytes) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Math.max(view.getUint32(16), view.getUint32(20)) <= LIMITS.imagePx;
}

/** Whether the bot puts a file at this address: the person's OneDrive; in the sandbox this machine. The address is not the bot's own. */
function isUploadUrl(address: string, sandbox: boolean): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  if (sandbox && ['127.0.0.1', 'localhost'].includes(hostname)) return true;
  return protocol === 'https:' && /^[a-z0-9-]+\.sharepoint(?:\.com|\.us|-mil\.us)$/.test(hostname);
}

/** Creates it. */
export function createFiles(given: { messenger: TeamsMessenger; sandbox: boolean; log: Log }): TeamsFiles {
  const { messenger, sandbox, log } = given;
  const offered = new LRUCache<string, Offered>({
    maxSize: LIMITS.offeredBytes,
    sizeCalculation: ({ bytes }) => Math.max(1, bytes.length),
    ttl: LIMITS.offerMs,
  });

  const image = ({ name, mediaType }: CardFile, bytes: Uint8Array): Attachment => ({
    contentType: mediaType,
    name,
    contentUrl: `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`,
  });

  function offer({ name, alt }: CardFile, bytes: Uint8Array, entraId: string): Attachment {
    const id = randomUUID();
    offered.set(id, { entraId, name, bytes });
    const context = { file: id };
    const description = alt ?? 'The file of the answer';
    return {
      contentType: consentCard,
      name,
      content: { description, sizeInBytes: bytes.length, acceptContext: context, declineContext: context },
    };
  }

  async function put(address: string, bytes: Uint8Array): Promise<void> {
    if (!isUploadUrl(address, sandbox)) throw new Error('the upload address is not allowed');
    const response = await fetch(address, {
      method: 'PUT',
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `bytes 0-${bytes.length - 1}/${bytes.length}`,
      },
      body: new Uint8Array(bytes),
      redirect: 'error',
      signal: AbortSignal.timeout(LIMITS.uploadMs),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
  }

  return {
    async send(files, { entraId, isPersonal, isPrivate, to }) {
      const left: string[] = [];
      let wasMoved = false;
      const opened = isPersonal || entraId === undefined ? undefined : await messenger.openPersonal({ entraId });
      const own: To | undefined = isPersonal ? to : opened && { conversation: opened.id };
      for (const file of files) {
        const bytes = bytesOf(file);
        if (bytes.length === 0) continue;
        const isImage = isShownInMessage(file, bytes);
        const place = isImage && !isPrivate ? to : own;
        const attachment = isImage
          ? image(file, bytes)
          : entraId === undefined
            ? undefined
            : offer(file, bytes, entraId);
        const sent = place && attachment && (await messenger.postAttachment(place, attachment, file.alt ?? file.name));
        if (!sent?.ok) left.push(file.name);
        else wasMoved ||= place !== to;
      }
      if (left.length > 0) {
        const text = `${left.join(', ')} could not be sent. The answer stands without it. To get the file, run the command in your own chat with Identity Desk.`;
        await messenger.postReply(to, text);
      } else if (wasMoved && !isPrivate) {
        await messenger.postReply(to, 'The file of this answer is in your own chat with Identity Desk.');
      }
    },

    async answer({ sender, location, file: id, isAccepted, upload }) {
      const to = { conversation: location.conversation };
      const found = id === undefined ? undefined : offered.get(id);
      if (!found || !sender?.entraId || !sameName(sender.entraId, found.entraId)) {
        await messenger.postReply(to, 'This file is no longer offered. Run the command again to get it.');
        return;
      }
      offered.delete(id ?? '');
      if (!isAccepted) return;
      try {
        if (!upload) throw new Error('no upload address');
        await put(upload.uploadUrl, found.bytes);
      } catch (error) {
        log.warn({ why: error instanceof Error ? error.message : 'error' }, 'Teams: file not uploaded');
        await messenger.postReply(
          to,
          `${found.name} could not be saved to your OneDrive. Run the command again later.`,
        );
        return;
      }
      const { uniqueId, fileType, contentUrl } = upload;
      const content = { uniqueId, fileType };
      await messenger.postAttachment(
        to,
        { contentType: fileInfoCard, name: found.name, contentUrl, content },
        found.name,
      );
    },
  };
}
