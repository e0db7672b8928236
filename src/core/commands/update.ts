// update: adds, changes and removes tags of an identity. What is not named stays, unless the line is az's, which replaces them all.

import { z } from 'zod';
import { answerCard } from '../cards/answer-cards.ts';
import { tagWords } from '../cards/tag-words.ts';
import { nothingChanged, seeList } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { defineWrite } from '../grammar/define.ts';
import { maxTags } from '../grammar/input-limits.ts';
import { fold } from '../model/fold.ts';
import type { Effect, Plan } from '../model/plan.ts';
import type { Warning } from '../model/warning.ts';
import { sameTags, tagChanges } from '../operations/identity-update.ts';
import { identityParams, reasonParam } from './params.ts';
import { locksOf, lockWarnings, subscriptionFact } from './plan-parts.ts';
import { findIdentity } from './resolve-identity.ts';

type Tags = Readonly<Record<string, string>>;

/** The tags after it: Azure compares their names whatever their case, and a tag that is there keeps its spelling. */
function tagsAfter(before: Tags, set: Tags, removed: readonly string[], isWhole: boolean): Record<string, string> {
  const gone = new Set(removed.map(fold));
  const spelled = new Map(Object.keys(before).map((key) => [fold(key), key]));
  const after = new Map(isWhole ? [] : Object.entries(before).filter(([key]) => !gone.has(fold(key))));
  for (const [key, value] of Object.entries(set)) after.set(spelled.get(fold(key)) ?? key, value);
  return Object.fromEntries(after);
}

export const update = defineWrite({
  name: 'update',
  policyCommand: 'update',
  summary: 'Change the tags of an identity',
  examples: [
    'update uami-orders --tags env=prod team=orders',
    'update uami-orders --remove-tags owner --reason the team is gone',
  ],
  params: {
    ...identityParams,
    tags: {
      kind: 'tags',
      label: 'Tags to set',
      about: 'tags to add or change; the others stay',
      flags: ['--tags'],
      example: 'env=prod team=orders',
    },
    removeTags: {
      kind: 'tag-filter',
      label: 'Tags to remove',
      about: 'names of tags to remove',
      flags: ['--remove-tags'],
      example: 'owner cost-center',
    },
    replaceTags: {
      kind: 'switch',
      label: 'Remove all other tags',
      about: 'remove every tag that --tags does not name, as az identity update does',
      flags: ['--replace-tags'],
      isLineOnly: true,
    },
    reason: reasonParam,
  },
  parse: (json) =>
    z
      .object({
        identityId: z.string(),
        principalId: z.string(),
        set: z.record(z.string(), z.string()),
        remove: z.array(z.string()),
        isWhole: z.boolean(),
      })
      .parse(json),

  async resolve(context, args) {
    const { tags, removeTags = {}, replaceTags } = args;
    const wrong = (message: string, next: string, param: string) =>
      new Fault('bad-input', message, { next: `${next} ${nothingChanged}`, param });
    if (tags === undefined && (replaceTags || Object.keys(removeTags).length === 0)) {
      throw wrong(
        'No tags are given.',
        'Add --tags key=value to set tags, or --remove-tags key to remove some.',
        'tags',
      );
    }
    const valued = Object.entries(removeTags).find(([, value]) => value !== null)?.[0];
    if (valued !== undefined) {
      throw wrong('Tags are removed by name alone.', `Enter --remove-tags ${valued}.`, 'removeTags');
    }
    const names = Object.keys(removeTags);
    const both = Object.keys(tags ?? {}).find((key) => names.some((name) => fold(name) === fold(key)));
    if (both !== undefined) throw wrong(`The tag ${both} is set and removed.`, 'Enter it once.', 'removeTags');
    const identity = await findIdentity(context, args);
    const { id: identityId, principalId } = identity;
    return { identityId, principalId, set: { ...tags }, remove: names, isWhole: replaceTags === true };
  },

  async plan(context, given) {
    const { azure } = context;
    const identity = await azure.identity(given.identityId);
    if (!identity || identity.principalId !== given.principalId) {
      throw new Fault('not-found', 'This identity no longer exists.', { next: seeList });
    }
    const { id, name, principalId, resourceGroup, tags: before } = identity;
    const after = tagsAfter(before, given.set, given.remove, given.isWhole);
    const effect: Effect = {
      command: 'update',
      scope: id,
      action: 'Microsoft.ManagedIdentity/userAssignedIdentities/write',
      identity: id,
      tags: after,
    };
    if (sameTags(before, after)) {
      return {
        card: answerCard(
          `${name} has these tags already`,
          nothingChanged,
          [{ kind: 'facts', facts: [{ label: 'Tags', value: tagWords(before) || 'none' }] }],
          [{ kind: 'command', label: `Show ${name}`, command: `show ${id}` }],
        ),
        effects: [effect],
      };
    }
    if (Object.keys(after).length > maxTags) {
      throw new Fault('bad-input', `${name} would have ${Object.keys(after).length} tags; Azure allows ${maxTags}.`, {
        next: `${nothingChanged} Remove some with --remove-tags.`,
        param: 'tags',
      });
    }
    const [locks, subscriptions] = await Promise.all([locksOf(azure, id), azure.subscriptions()]);
    const warnings: Warning[] = lockWarnings(locks, 'change');
    const lost = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
    if (given.isWhole && lost.length > 0) {
      warnings.push({ code: 'tags-replaced', level: 'caution', params: { removed: lost } });
    }
    const plan: Plan = {
      command: 'update',
      summary: `Change tags of ${name} in ${resourceGroup}`,
      facts: [
        { label: 'Identity', value: `${name} in ${resourceGroup}` },
        ...subscriptionFact(subscriptions, id),
        { label: 'Tags now', value: tagWords(before) || 'none' },
        { label: 'Tags afterwards', value: tagWords(after) || 'none' },
        { label: 'Difference', value: tagChanges(before, after).join('; ') },
        { label: 'Identity id', value: id, isId: true },
      ],
      steps: [{ operation: { kind: 'identity.update', id, name, principalId, before, tags: after } }],
      effects: [effect],
      warnings,
    };
    return { plan };
  },
});
