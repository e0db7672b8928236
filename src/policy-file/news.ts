// Tells the policy's channels that a newer text of its file is not used: who changed it may not read the log.

import { answerCard } from '../core/cards/answer-cards.ts';
import { count, versionWords } from '../core/format-text.ts';
import type { Policy } from '../core/model/policy.ts';
import type { ChatMessenger, Log } from '../core/ports.ts';

/** A text of the file that was refused. */
interface RefusedText {
  /** Null where there is no text. */
  readonly version: string | null;
  readonly problems: readonly string[];
  readonly kept: string;
}

/** Builds what posts it, once for each text. The mistakes themselves are in the log: a channel may have others in it. */
export function createPolicyNews(given: {
  readonly policy: () => Policy;
  readonly messengers: () => readonly ChatMessenger[];
  readonly log: Log;
}): (refused: RefusedText) => Promise<void> {
  const told = new Set<string | null>();

  return async function tell({ version, problems, kept }) {
    if (told.has(version)) return;
    told.add(version);
    const card = answerCard(
      'Policy file not used',
      `The policy file was changed and has ${count(problems.length, 'mistake')}. Policy version ${versionWords(kept)} stays in effect.`,
      [{ kind: 'text', text: 'The log names each line. Check the file with: npm run policy -- lint' }],
    );
    for (const channel of given.policy().channels) {
      if (channel.kind !== 'channel') continue;
      const messenger = given.messengers().find(({ chat }) => chat === channel.chat);
      const sent = await messenger?.post({ conversation: channel.conversation }, card);
      if (!sent?.ok)
        given.log.warn({ chat: channel.chat, version }, 'the refused policy could not be told in a channel');
    }
  };
}
