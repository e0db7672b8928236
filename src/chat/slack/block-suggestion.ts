// Handles block_suggestion: the options for text typed into a form's field, within half a second.

import { withTimeout } from '../../with-timeout.ts';
import { shorten } from '../shared/plain-text.ts';
import type { SlackContext } from './context.ts';
import { optionsFor, type SlackOption } from './forms.ts';
import type { BlockSuggestion } from './interactions.ts';
import { LIMITS } from './limits.ts';

/** The options: the typed text first, then the core's suggestions if they arrive in time. */
export async function onBlockSuggestion({ botApi }: SlackContext, suggestion: BlockSuggestion): Promise<SlackOption[]> {
  const { command, field, values, requester } = suggestion;
  const query = shorten(suggestion.query, LIMITS.optionValue);
  const location = requester.location ?? { chat: 'slack' as const, conversation: '', isPersonal: true };
  const found = await withTimeout(
    botApi
      .suggest({ sender: requester.sender, location }, { command, field, query, most: LIMITS.selectOptions, values })
      .catch(() => []),
    LIMITS.suggestMs,
  );
  return optionsFor(query, found?.value ?? []);
}
