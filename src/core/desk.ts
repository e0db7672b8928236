// What the core is given to work with, and what it hands on to a command.

import type { Policy } from './approvals/policy.ts';
import { formatDuration } from './cards/answer-cards.ts';
import type { CommandContext } from './commands/context.ts';
import type { Args, CommandDefinition } from './grammar/define.ts';
import { formatLine } from './grammar/parse.ts';
import { commands } from './grammar/registry.ts';
import type { Person } from './model/person.ts';
import type { People } from './people.ts';
import type { Audit, AzureReader, Inbox, Log, Requests, SentMessages, Toolkit } from './ports.ts';

export interface Desk {
  readonly azure: AzureReader;
  readonly requests: Requests;
  readonly audit: Audit;
  readonly messages: SentMessages;
  readonly inbox: Inbox;
  readonly people: People;
  /** The policy in force. Required: without one everything is refused by the caller not starting at all. */
  readonly policy: () => Policy;
  readonly toolkit: Toolkit;
  readonly log: Log;
}

/** What a command may use, for this person and this line. */
export function contextFor(
  desk: Pick<Desk, 'azure' | 'requests' | 'audit' | 'toolkit' | 'policy'>,
  person: Person,
  command?: CommandDefinition,
  args: Args = {},
): CommandContext {
  const { azure, requests, audit, toolkit } = desk;
  return {
    azure,
    requests,
    audit,
    toolkit,
    person,
    commands,
    policy: desk.policy(),
    rewrite: (param, value) => (command ? formatLine(command, { ...args, [param]: value }, formatDuration) : value),
  };
}
