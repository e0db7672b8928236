// Templates that are refused before anything is written, in Azure's words, and what is never shown of those that are not.

import { describe, expect, it } from 'vitest';
import { deployer, identity, template } from './use-deployments.ts';
import { codeOf, messageOf, useOwner } from './use-resources.ts';

const company = useOwner();
const { deploy, done } = deployer(company);

describe('a template that is refused', () => {
  const parameters = {
    name: { type: 'string', allowedValues: ['a', 'b'] },
    secret: { type: 'secureString', defaultValue: 'hidden' },
  };
  it.each<[string, object, object, string]>([
    [
      'an expression that ends too early',
      template([identity("[concat('a']")]),
      {},
      'Unable to parse language expression',
    ],
    [
      'a function that there is not',
      template([identity('[shout()]')]),
      {},
      "The template function 'shout' is not valid",
    ],
    [
      'a parameter that it does not have',
      template([identity("[parameters('x')]")]),
      {},
      "The template parameter 'x' is not found",
    ],
    [
      'a variable that it does not have',
      template([identity("[variables('x')]")]),
      {},
      "The template variable 'x' is not found",
    ],
    [
      'a value that is missing',
      template([], { parameters }),
      {},
      "The value for the template parameter 'name' at line '1' and column",
    ],
    [
      'a value that is not allowed',
      template([], { parameters }),
      { name: 'c' },
      "is not part of the allowed value(s): 'a,b'",
    ],
    ['a value of another type', template([], { parameters }), { name: 7 }, "Expected 'string'. Actual 'Number'"],
    [
      'a value of no parameter',
      template([], { parameters }),
      { name: 'a', nome: 'a' },
      "The template parameters 'nome'",
    ],
    ['names that do not fit the type', template([identity('a/b')]), {}, 'has incorrect segment lengths'],
    [
      'a dependency that is not there',
      template([identity('abc', { dependsOn: ['other'] })]),
      {},
      "The resource 'other' is not defined in the template",
    ],
    [
      'a circle',
      template([identity('aaa', { dependsOn: ['bbb'] }), identity('bbb', { dependsOn: ['aaa'] })]),
      {},
      'Circular dependency detected',
    ],
    [
      'a name out of an answer',
      template([identity("[reference('x').y]")]),
      {},
      "'reference' is not expected at this location",
    ],
  ])('for %s', async (_what, given, values, words) => {
    const reply = await deploy('refused', given, values);
    expect([...codeOf(reply), messageOf(reply)?.includes(words) ? words : messageOf(reply)]).toEqual([
      400,
      'InvalidTemplate',
      words,
    ]);
  });

  it('never shows a secret again', async () => {
    await deploy('secret', template([], { parameters }), { name: 'a', secret: 'quiet' });
    expect((await done('secret')).parameters).toEqual({
      name: { type: 'String', value: 'a' },
      secret: { type: 'SecureString' },
    });
  });
});
