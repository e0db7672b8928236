// Witnesses: where checkpoints go so that they are out of reach of whoever could change the database.

import { appendFile } from 'node:fs/promises';
import type { Card } from '../core/chat.ts';
import { count } from '../core/format-text.ts';
import type { ChatMessenger } from '../core/ports.ts';
import { readCheckpoint } from './checkpoint.ts';

/** Something that is told of checkpoints. */
export interface Witness {
  /** As it stands in the setting. */
  readonly name: string;
  /** Throws an Error that says what failed. */
  tell(note: string): Promise<void>;
}

function cardOf(note: string): Card {
  const size = readCheckpoint(note)?.size ?? 0;
  const title = 'Audit checkpoint';
  const subtitle = count(size, 'entry', 'entries');
  const text =
    'Keep this message. It proves later that none of these entries was changed or removed since: save the text below to a file and run npm run audit -- verify --witness FILE';
  return {
    tone: 'plain',
    title,
    subtitle,
    blocks: [
      { kind: 'code', text: note },
      { kind: 'text', style: 'subtle', text },
    ],
    buttons: [],
    fallback: `${title}: ${subtitle}`,
  };
}

/**
 * The witness of a setting: `file:/path`, or `<chat>:<channel>` by the chat's messenger. Throws an Error for the operator where that
 * chat is not configured.
 */
export function witnessOf(name: string, messengers: readonly ChatMessenger[]): Witness {
  const at = name.indexOf(':');
  const [kind, rest] = [name.slice(0, at), name.slice(at + 1)];
  if (kind === 'file') return { name, tell: (note) => appendFile(rest, `${note}\n`) };
  const messenger = messengers.find(({ chat }) => chat === kind);
  if (!messenger) throw new Error(`AUDIT_WITNESS contains ${name}, but ${kind} is not configured.`);
  return {
    name,
    async tell(note) {
      const sent = await messenger.post({ conversation: rest }, cardOf(note));
      if (!sent.ok) throw new Error(`${sent.why}: ${sent.detail}`);
    },
  };
}
