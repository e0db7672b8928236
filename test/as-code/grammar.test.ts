// Every language that identities are exported as, read by a grammar of that language: whatever the texts in it, nothing of them is
// anything but a string.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeFormats } from '../../src/core/as-code/formats.ts';
import type { CodeItem } from '../../src/core/as-code/items.ts';
import { type GrammarName, grammarOf } from './grammars.ts';
import { awkward, changes, roleOn, scopes, subject, whole, withGroup } from './samples.ts';

const languages: readonly (readonly [format: string, grammar: GrammarName])[] = [
  ['az', 'bash'],
  ['powershell', 'powershell'],
  ['bicep', 'bicep'],
  ['terraform', 'terraform'],
];

const cases: readonly (readonly [string, readonly CodeItem[]])[] = [
  ['an identity with all that belongs to it', whole(awkward)],
  ['what exists already', whole(awkward, true)],
  ['a new resource group', withGroup(awkward)],
  [
    'roles of an identity that exists',
    [roleOn(scopes.subscription, awkward, true), roleOn(scopes.managementGroup, 'x')],
  ],
  ['removals and changes', changes],
];

describe.each(languages)('%s, read by a grammar of %s', (name, grammar) => {
  const format = codeFormats.find((one) => one.name === name);

  it.each(cases)('%s', async (_case, items) => {
    const faultOf = await grammarOf(grammar);
    for (const { text } of format?.write(items, subject) ?? []) expect(faultOf(text)).toBeUndefined();
  });

  it('any text is a string and nothing else', async () => {
    const faultOf = await grammarOf(grammar);
    const bare = (format?.write(whole('x'), subject) ?? []).map(({ text }) => text.split('\n').length);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const texts = format?.write(whole(text), subject) ?? [];
        expect(texts.map((one) => faultOf(one.text))).toEqual(texts.map(() => undefined));
        if (name !== 'az' && name !== 'powershell')
          expect(texts.map((one) => one.text.split('\n').length)).toEqual(bare);
      }),
      { numRuns: 60 },
    );
  });
});
