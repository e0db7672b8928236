// A request, its people and their chat, for tests of what is told of it.

import { approve, deny, draftAndSubmit } from '../../src/core/approvals/approval-transitions.ts';
import { addressFacts } from '../../src/core/approvals/policy-facts.ts';
import { remind } from '../../src/core/approvals/waiting-transitions.ts';
import { Fault } from '../../src/core/errors.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import type { Change, Decision, Request } from '../../src/core/model/request.ts';
import { createNotify } from '../../src/jobs/notify.ts';
import { aRequest } from '../store/fixtures/request.ts';
import { FakeChat } from '../support/fake-chat.ts';
import { createFakeStore, FakeClock, silent, someone } from '../support/fake-ports.ts';

const alex = someone('alex');
export const [megan, adele] = [someone('megan'), someone('adele')];
export const id = 'R-000001';
/** The approvers' channel. */
export const channel = { kind: 'channel', chat: 'one', conversation: 'c-platform' } as const;

/** A request of Alex, in their own chat unless `origin` says otherwise, that Megan and Adele have to approve. */
export async function createWorld(given: { origin?: Request['origin']; channels?: Policy['channels'] } = {}) {
  const { origin = { chat: 'one', conversation: 'p-alex', isPersonal: true } } = given;
  const policy: Policy = {
    version: 'test',
    groups: { platform: ['megan@x.y', 'adele@x.y'] },
    channels: given.channels ?? [{ kind: 'approvers' }, channel],
    rules: [],
  };
  const clock = new FakeClock('2026-01-01T10:00:00.000Z');
  const store = createFakeStore();
  const chat = new FakeChat('one');
  for (const person of [alex, megan, adele]) chat.reach(person, `p-${person.name}`);
  const directory = { isAway: false };
  const notify = createNotify({
    ...store,
    people: {
      byEmail: async (email) => {
        if (directory.isAway) throw new Fault('unavailable', 'away');
        return [megan, adele].find((one) => one.email === email);
      },
      resolvePerson: async () => alex,
    },
    factSources: addressFacts,
    policy: () => policy,
    messengers: () => [chat],
    log: silent,
  });
  const requirements = [{ rule: 'r', stages: [{ count: 2, by: ['platform'] }] }];
  const { plan } = aRequest(id);
  const request = {
    id,
    command: 'create',
    args: {},
    text: '',
    requester: alex,
    requesterAccount: { chat: 'one', userId: 'alex' },
    origin,
    plan,
    digest: 'd1',
    requirements,
  };
  await store.requests.insert(draftAndSubmit({ ...request, rules: ['r'] }, { remindAfterMs: 3600_000 }, clock.now()));
  const change = (decide: (current: Request) => Change) => store.requests.change(id, decide);
  const decision = (by: Person, verdict: Decision['verdict']): Decision => {
    clock.pass(1_000);
    return { by, verdict, digest: 'd1', chat: 'one', at: clock.now().toISOString() };
  };
  return {
    chat,
    store,
    directory,
    notify: () => notify(id),
    slots: () => [...store.rows.messages.values()].map(({ slot }) => slot).toSorted(),
    versions: () => [...store.rows.messages.values()].filter(({ message }) => message).map(({ version }) => version),
    approve: (by: Person, missing: number) =>
      change((current) =>
        approve(
          current,
          decision(by, 'approve'),
          missing > 0 ? [{ count: missing, by: ['platform'] }] : [],
          clock.now(),
        ),
      ),
    deny: (by: Person) => change((current) => deny(current, decision(by, 'deny'), clock.now())),
    remind: () => change((current) => remind(current, clock.now())),
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;
