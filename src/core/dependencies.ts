// The ports that the core depends on, and the context that commands run in.

import type { Standing } from './approvals/judge-request.ts';
import type { FactSources } from './approvals/policy-facts.ts';
import type { AzureReader, OwnAccess } from './azure-ports.ts';
import type { CommandContext } from './commands/context.ts';
import { formatDuration } from './format-text.ts';
import type { Args, CommandDefinition } from './grammar/define.ts';
import { formatLine } from './grammar/format-line.ts';
import type { Grants } from './grant-ports.ts';
import type { DrawGraph } from './graph/draw-graph.ts';
import type { SentMessages } from './message-ports.ts';
import type { Person } from './model/person.ts';
import type { Policy } from './model/policy.ts';
import type { People } from './people.ts';
import type { Portal } from './portal.ts';
import type { Audit, Clock, Ids, Log, Requests, TextTools } from './ports.ts';
import type { RateLimits } from './rate-limits.ts';
import type { SignInParts } from './sign-in/sign-in-parts.ts';
import type { AccountFreezes } from './sign-in-ports.ts';

/** The ports of the core. Functions take the few that they need by `Pick`. */
export interface Dependencies {
  readonly azure: AzureReader;
  /** What the bot itself may do in Azure. */
  readonly ownAccess: OwnAccess;
  readonly requests: Requests;
  readonly grants: Grants;
  readonly audit: Audit;
  readonly messages: SentMessages;
  /** Has a request's cards brought up to date. */
  notify(requestId: string): Promise<void>;
  readonly people: People;
  /** The current policy. Required: without a policy the bot does not start. */
  readonly policy: () => Policy;
  /** How many mistakes keep a newer text of the policy file from taking effect. Absent: none. */
  readonly policyProblems?: () => number;
  /** The sources of the facts that the policy is evaluated with. */
  readonly factSources: FactSources;
  /** Whether people are still there. */
  readonly standing: Standing;
  readonly freezes: AccountFreezes;
  /** Absent: sign-in is not configured, and what needs one is refused. */
  readonly signIn?: Pick<SignInParts, 'linkAccount' | 'stepUp'>;
  readonly limits: RateLimits;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly textTools: TextTools;
  /** Where people look at Azure. */
  readonly portal: Portal;
  /** Absent: pictures are not drawn, their facts are told in words. */
  readonly drawGraph?: DrawGraph;
  readonly log: Log;
}

/** What every command's context is made of. */
export type ContextPort =
  | 'azure'
  | 'requests'
  | 'grants'
  | 'audit'
  | 'clock'
  | 'ids'
  | 'textTools'
  | 'portal'
  | 'drawGraph'
  | 'policy'
  | 'policyProblems';

/**
 * The context for planning on behalf of a person, with the bot's own unfiltered readers. For anything that is shown to a person use
 * `authorise`, which filters by the policy.
 */
export function createCommandContext(
  deps: Pick<Dependencies, ContextPort>,
  person: Person,
  command?: CommandDefinition,
  args: Args = {},
): CommandContext {
  const { azure, requests, grants, audit, clock, ids, textTools, portal } = deps;
  return {
    azure,
    requests: {
      get: (id) => requests.get(id),
      list: async (query) => ({ ...(await requests.list(query)), isCut: false }),
    },
    audit,
    grants,
    async lastUse(identityId) {
      const [{ requests: found }, active] = await Promise.all([
        requests.list({ identityId, limit: 1 }),
        grants.list({ identityId, state: 'active', limit: 1 }),
      ]);
      return { ...(found[0] && { requestedAt: found[0].updatedAt }), hasGrant: active.length > 0 };
    },
    record: { list: async () => ({ entries: [], total: 0, isCut: false }) },
    clock,
    ids,
    textTools,
    portal,
    ...(deps.drawGraph && { drawGraph: deps.drawGraph }),
    facts: {},
    mayShow: () => Promise.resolve(false),
    mayDecide: () => Promise.resolve(false),
    person,
    policy: deps.policy(),
    policyProblems: deps.policyProblems?.() ?? 0,
    rewrite: (param, value) => (command ? formatLine(command, { ...args, [param]: value }, formatDuration) : value),
  };
}
