// Gathering facts: only what the rules need is asked for.

import { describe, expect, it } from 'vitest';
import { addressFacts, type FactSources, gatherFacts } from '../../src/core/approvals/policy-facts.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Policy } from '../../src/core/model/policy.ts';

const subscription = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000000';
const person = (name: string): Person => ({ key: `mail:${name}@x.y`, name, email: `${name}@x.y` });
const [alex, megan, adele] = ['alex', 'megan', 'adele'].map(person) as [Person, Person, Person];

describe('what is asked for', () => {
  const policy: Policy = {
    version: 'test',
    groups: { readers: ['alex@x.y'], engineers: ['alex@x.y'], security: ['megan@x.y', 'adele@x.y'] },
    channels: [],
    rules: [
      { name: 'look', commands: ['list', 'show'], who: ['readers'] },
      {
        name: 'change',
        commands: ['create', 'grant'],
        who: ['engineers'],
        approvals: [{ count: 1, by: ['security'] }],
      },
      { name: 'anything else', commands: ['revoke'], who: ['anyone'], approvals: [{ count: 1, by: ['anyone'] }] },
    ],
  };

  /** Sources that write down what they are asked. */
  function counting(): { asked: string[]; sources: FactSources } {
    const asked: string[] = [];
    return {
      asked,
      sources: {
        memberships: (who, of, given) => {
          asked.push(`${who.name}: ${[...of].sort().join(' ')}`);
          return addressFacts.memberships(who, of, given);
        },
        roster: (name, given) => {
          asked.push(`who is ${name}`);
          return addressFacts.roster(name, given);
        },
      },
    };
  }

  it('is what the rules about these commands speak of, and nothing else', async () => {
    const asked = async (command: string) => {
      const counted = counting();
      await gatherFacts(policy, { who: alex, effects: [{ command, scope: subscription }] }, counted.sources);
      return counted.asked;
    };
    expect(await asked('list')).toEqual(['alex: readers']);
    expect(await asked('create')).toEqual(['alex: engineers security', 'who is security']);
    expect(await asked('revoke')).toEqual(['alex: ']);
    expect(await asked('paint')).toEqual(['alex: ']);
  });

  it('is asked of everybody concerned once, and also of what a request bears from an older policy', async () => {
    const { asked, sources } = counting();
    const requirements = [{ rule: 'gone', stages: [{ count: 1, by: ['old', 'security'] }] }];
    const subject = { who: alex, effects: [{ command: 'list', scope: subscription }] };
    await gatherFacts(policy, subject, sources, { people: [megan, megan, adele], requirements });
    expect(asked.toSorted()).toEqual([
      'adele: old readers security',
      'alex: old readers security',
      'megan: old readers security',
      'who is old',
      'who is security',
    ]);
  });

  it('of two with one key is asked of the one named first: whom the directory was asked about last', async () => {
    const moved: Person = { ...megan, email: 'elsewhere@x.y' };
    const facts = await gatherFacts(policy, { who: alex, effects: [] }, addressFacts, {
      people: [moved, megan],
      names: ['security'],
    });
    expect(facts.memberships?.get(megan.key)?.get('security')).toBe(false);
  });
});
