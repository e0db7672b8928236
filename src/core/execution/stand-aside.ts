// A way out where Azure does not tell what became of a change that was begun: the others about the same identity stop waiting for it. It
// goes on asking Azure, and what it finds done is recorded with its end; but it sends nothing any more, since others may have run.

import { gatherRequestFacts } from '../approvals/judge-request.ts';
import type { FactSources } from '../approvals/policy-facts.ts';
import { mayDecide } from '../approvals/requirements.ts';
import { asRequirements } from '../approvals/review-transitions.ts';
import { transition } from '../approvals/transition.ts';
import { withSource } from '../audit-context.ts';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import type { AuditSource } from '../model/audit.ts';
import { type Person, samePerson } from '../model/person.ts';
import type { Policy } from '../model/policy.ts';
import type { Change, Request } from '../model/request.ts';
import type { Audit, Clock, Requests } from '../ports.ts';
import { createVisibility } from '../visibility.ts';
import { requestNotFound } from '../visible-requests.ts';

/** How long after it the others begin, in milliseconds: a call in flight has ended by then. */
export const asideMs = 2 * 60_000;

/** Somebody lets others go first. */
export interface StandAsideClick {
  readonly verb: 'request.stand-aside';
  readonly requestId: string;
  readonly by: Person;
  /** For the audit. */
  readonly source?: AuditSource;
}

/** Whether others wait, or may have to, for an answer of Azure that does not come. */
export function isStuck({ state, failure, operations, asideSince }: Request): boolean {
  const isBegun = operations.some((one) => one.state === 'started');
  return state === 'executing' && failure !== undefined && isBegun && asideSince === undefined;
}

function standAside(request: Request, by: Person, now: Date): Change | undefined {
  const { failure } = request;
  if (!failure || !isStuck(request)) return undefined;
  const told = { actor: by, events: [{ event: 'request.stood-aside', data: { failure } } as const] };
  return transition('stand-aside', request, now, { asideSince: now.toISOString() }, told);
}

/** Builds `standAsideRequest`: by its requester, or by those who may approve or review it. A refused action is audited. */
export function createStandAside(given: {
  requests: Requests;
  audit: Pick<Audit, 'append'>;
  policy: () => Policy;
  factSources: FactSources;
  clock: Clock;
}) {
  const { requests, clock } = given;

  async function mayLetOthers({ by }: StandAsideClick, request: Request): Promise<boolean> {
    if (samePerson(by, request.requester)) return true;
    const requirements = [...request.requirements, ...asRequirements(request.reviews ?? [])];
    const facts = await gatherRequestFacts(given.policy(), { ...request, requirements }, given.factSources, [by]);
    return mayDecide(facts, request.requester, by, requirements).may;
  }

  return async function standAsideRequest(click: StandAsideClick): Promise<Request> {
    const { requestId, by, source, verb } = click;
    const looked = await requests.get(requestId);
    const visibility = createVisibility(given.policy(), given.factSources, by, clock.now());
    if (!looked || !(await visibility.maySeeRequest(looked))) throw requestNotFound(requestId);
    if (!(await mayLetOthers(click, looked))) {
      const reason = 'Only who requested this, and who may approve it, can let others go first.';
      const data = { verb, reason, chat: source?.chat ?? '' };
      const who = { requestId, actor: by.key, actorName: by.name };
      await given.audit.append([{ at: clock.now().toISOString(), ...who, event: 'click.refused', data }]);
      throw new Fault('not-allowed', reason, { next: nothingChanged });
    }
    let isNews = false;
    const after = await requests.change(requestId, (current) => {
      const change = standAside(current, by, clock.now());
      isNews = change !== undefined;
      return change && withSource(change, by.key, source);
    });
    // Twice is once.
    if (after && (isNews || after.asideSince !== undefined)) return after;
    throw new Fault('stale', `${requestId} keeps no other request waiting.`, { next: nothingChanged });
  };
}
