// “That was not me”: somebody says that a decision under their name was not theirs. It only ever takes away: the approval no longer
// counts, a run stops before its next change, temporary access ends, and the chat account that decided decides nothing more until
// its owner has signed in.

import { withSource } from '../audit-context.ts';
import { Fault } from '../errors.ts';
import { prolongedBy } from '../grants/extensions.ts';
import type { AuditSource } from '../model/audit.ts';
import { type ChatAccount, type Person, sameAccount, samePerson } from '../model/person.ts';
import type { Policy } from '../model/policy.ts';
import type { Change, Decision, Disowned, Job, Request } from '../model/request.ts';
import type { Audit, Clock, Requests } from '../ports.ts';
import type { AccountFreezes } from '../sign-in-ports.ts';
import { requestNotFound } from '../visible-requests.ts';
import { gatherRequestFacts } from './judge-request.ts';
import type { FactSources } from './policy-facts.ts';
import { mayDecide } from './requirements.ts';
import { throwIfFrozen } from './sign-in-checks.ts';
import { defaultExpireMs, later, transition } from './transition.ts';
import { remindJob } from './waiting-transitions.ts';

/** What somebody does about a decision that was not theirs. */
export interface DisownClick {
  readonly verb: 'request.disown' | 'request.unfreeze';
  readonly requestId: string;
  readonly by: Person;
  readonly account: ChatAccount;
  /** For the audit. */
  readonly source?: AuditSource;
}

/** The actions about decisions that were not their owner’s. */
export const disownVerbs: readonly DisownClick['verb'][] = ['request.disown', 'request.unfreeze'];

/** The decisions under a person's name that they have not disowned yet. */
function decisionsOf({ decisions, disowned = [] }: Request, person: Person): readonly Decision[] {
  return decisions.filter(
    ({ by, at }) =>
      samePerson(by, person) && !disowned.some((one) => one.decidedAt === at && samePerson(one.by, person)),
  );
}

function effectOf({ state, operations }: Request, { verdict }: Decision): Disowned['effect'] {
  if (verdict === 'deny') return 'too-late';
  if (state === 'pending' || state === 'approved') return 'voided';
  if (state === 'executing') return 'stopped';
  return operations.some((one) => one.state === 'done') ? 'too-late' : 'voided';
}

/** Takes a decision out of a request, as a pure function. */
function disown(request: Request, decision: Decision, by: Person, now: Date): Change {
  const at = now.toISOString();
  const effect = effectOf(request, decision);
  const { verdict, at: decidedAt, digest, chat, account } = decision;
  // What it ran on stays written on the request; what it could still run on does not.
  const isKept = verdict === 'deny' || request.state === 'succeeded';
  const ended =
    verdict === 'deny' ? [] : request.grants.filter(({ state, endsAt }) => state === 'active' && endsAt > at);
  const prolonged = verdict === 'deny' ? [] : prolongedBy(request);
  const isPending = request.state === 'pending' || request.state === 'approved';
  const { approvedAt: _void, ...rest } = request;
  const kept = request.expiresAt !== undefined && request.expiresAt > at ? request.expiresAt : undefined;
  const expiresAt = kept ?? later(now, defaultExpireMs);
  const jobs: Job[] = [
    ...ended.map(({ id }): Job => ({ kind: 'end-grant', id, at })),
    ...prolonged.map((id): Job => ({ kind: 'end-grant', id, at })),
    ...(isPending
      ? [{ kind: 'expire', id: request.id, at: expiresAt } as const, ...remindJob(request.id, request)]
      : []),
  ];
  const data = {
    ...{ chat, account: account?.userId ?? '', verdict, digest, decidedAt, effect },
    grants: [...ended.map(({ id }) => id), ...prolonged],
  };
  return transition(
    'disown',
    isPending ? rest : request,
    now,
    {
      decisions: isKept ? request.decisions : request.decisions.filter((one) => one !== decision),
      disowned: [...(request.disowned ?? []), { by, verdict, decidedAt, at, effect }],
      grants: request.grants.map((grant) => (ended.includes(grant) ? { ...grant, endsAt: at } : grant)),
      ...(isPending ? { expiresAt } : {}),
    },
    { actor: by, events: [{ event: 'request.disowned', data }] },
    jobs,
  );
}

/** Builds `disownRequest`, which performs these actions. */
export function createDisownRequest(given: {
  requests: Requests;
  freezes: AccountFreezes;
  audit: Pick<Audit, 'append'>;
  policy: () => Policy;
  factSources: FactSources;
  clock: Clock;
}) {
  const { requests, freezes, clock } = given;

  async function disownNow({ requestId, by, source }: DisownClick, looked: Request): Promise<Request> {
    const mine = decisionsOf(looked, by);
    const isRepeated = looked.disowned?.some((one) => samePerson(one.by, by)) === true;
    // For somebody who decided nothing on it, it is as if it were not there.
    if (mine.length === 0 && !isRepeated) throw requestNotFound(requestId);
    // The account first: what comes of it from now on does not count, whatever becomes of the rest.
    for (const { account } of mine) {
      if (!account) continue;
      const at = clock.now().toISOString();
      const data = { chat: account.chat, account: account.userId };
      const entry = { at, requestId, actor: by.key, actorName: by.name, event: 'account.frozen', data } as const;
      await freezes.freeze({ ...account, since: at, requestId, personKey: by.key }, entry);
    }
    let after: Request | undefined = looked;
    for (let left = mine.length; left > 0; left--) {
      after = await requests.change(requestId, (current) => {
        const [decision] = decisionsOf(current, by);
        return decision && withSource(disown(current, decision, by, clock.now()), by.key, source);
      });
    }
    return after ?? looked;
  }

  async function unfreeze(click: DisownClick, looked: Request): Promise<Request> {
    const { requestId, by, account } = click;
    const facts = await gatherRequestFacts(given.policy(), looked, given.factSources, [by]);
    if (!mayDecide(facts, looked.requester, by, looked.requirements).may) throw requestNotFound(requestId);
    const isTheirs =
      looked.disowned?.some((one) => samePerson(one.by, by)) === true ||
      looked.decisions.some((one) => sameAccount(one.account, account) && samePerson(one.by, by));
    if (isTheirs) {
      throw new Fault('not-allowed', 'You cannot allow your own account again.', {
        next: 'Nothing was changed. Enter link and sign in, or have another approver do it.',
      });
    }
    // One held-back account does not free another.
    await throwIfFrozen(freezes, click.verb, account);
    const lifted = await freezes.lift(requestId, ({ chat, userId }) => ({
      ...{ at: clock.now().toISOString(), requestId, actor: by.key, actorName: by.name },
      event: 'account.unfrozen',
      data: { chat, account: userId, how: 'approver' },
    }));
    if (lifted.length > 0) return looked;
    throw new Fault('stale', `No chat account is held back because of ${requestId}.`, { next: 'Nothing was changed.' });
  }

  /** Performs the action and returns the request afterwards. Throws Fault; a refused one is audited. */
  return async function disownRequest(click: DisownClick): Promise<Request> {
    const { verb, requestId, by, account } = click;
    try {
      const looked = await requests.get(requestId);
      if (!looked) throw requestNotFound(requestId);
      return await (verb === 'request.disown' ? disownNow(click, looked) : unfreeze(click, looked));
    } catch (error) {
      if (error instanceof Fault && !error.isTransient) {
        const at = clock.now().toISOString();
        const data = { verb, reason: error.message, chat: account.chat };
        const who = { requestId, actor: by.key, actorName: by.name };
        await given.audit.append([{ at, ...who, event: 'click.refused', data }]);
      }
      throw error;
    }
  };
}
