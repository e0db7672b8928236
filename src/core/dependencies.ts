// What the core is given to work with, and what it hands on to a command.

import type { FactSources } from './approvals/policy-facts.ts';
import type { AzureReader } from './azure-ports.ts';
import type { CommandContext } from './commands/context.ts';
import { formatDuration } from './format-text.ts';
import type { Args, CommandDefinition } from './grammar/define.ts';
import { formatLine } from './grammar/format-line.ts';
import type { Person } from './model/person.ts';
import type { Policy } from './model/policy.ts';
import type { People } from './people.ts';
import type { Audit, Clock, Ids, Inbox, Log, Requests, SentMessages, TextTools } from './ports.ts';

export interface Dependencies {
  readonly azure: AzureReader;
  readonly requests: Requests;
  readonly audit: Audit;
  readonly messages: SentMessages;
  readonly inbox: Inbox;
  readonly people: People;
  /** The policy in force. Required: without one everything is refused by the caller not starting at all. */
  readonly policy: () => Policy;
  /** Where the facts come from that the policy is judged by. */
  readonly factSources: FactSources;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly textTools: TextTools;
  readonly log: Log;
}

/**
 * What a command may use to plan with the bot's own eyes, in the name of this person. What a person is to see goes through
 * `authorise`.
 */
export function createCommandContext(
  deps: Pick<Dependencies, 'azure' | 'requests' | 'audit' | 'clock' | 'ids' | 'textTools' | 'policy'>,
  person: Person,
  command?: CommandDefinition,
  args: Args = {},
): CommandContext {
  const { azure, requests, audit, clock, ids, textTools } = deps;
  return {
    azure,
    requests: {
      get: (id) => requests.get(id),
      list: async (query) => ({ ...(await requests.list(query)), isCut: false }),
    },
    audit,
    clock,
    ids,
    textTools,
    facts: {},
    mayShow: () => Promise.resolve(false),
    mayDecide: () => Promise.resolve(false),
    person,
    policy: deps.policy(),
    rewrite: (param, value) => (command ? formatLine(command, { ...args, [param]: value }, formatDuration) : value),
  };
}
