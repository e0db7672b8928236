// The functions of templates: what they make, against values that Azure itself gave, and what they refuse.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, type Surroundings } from '../../simulator/deployments/evaluate.ts';
import { TemplateError } from '../../simulator/deployments/expression.ts';
import { parseLenient } from '../../simulator/lenient-json.ts';

const subscription = '50bc0000-0000-4000-8000-000000000003';
const around: Surroundings = {
  scope: `/subscriptions/${subscription}/resourceGroups/rg`,
  facts: { subscription: { subscriptionId: subscription } },
  parameter: (name) => name,
  variable: () => ({ list: [1, 2, { Deep: 'yes' }] }),
  loops: new Map([
    ['', 2],
    ['each', 5],
  ]),
  now: () => 0,
};
const value = (text: string) => evaluate(text, around);

describe('names made by hashes', () => {
  // uniqueString: published with the results of Bicep; guid: a name-based UUID of the namespace that Microsoft documents.
  it.each([
    ["[uniqueString('test')]", 'rbgf3xv4ufgzg'],
    ["[uniqueString('hello', 'world')]", 'a7wkljktk6wne'],
    ["[uniqueString('abc')]", 'cgtzqvhu4i23s'],
    ["[uniqueString('/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/my-rg')]", 'bmg7c6xu4tw46'],
    ["[guid('a', 'b', 'c')]", 'a98fa280-e03f-5afa-8d8e-92d0a9c201e8'],
  ])('%s', (text, made) => expect(value(text)).toBe(made));
});

describe('an expression', () => {
  it.each<[string, unknown]>([
    ['plain', 'plain'],
    ['[[escaped]', '[escaped]'],
    ["['it''s']", "it's"],
    ["[concat('a', 1, 'b')]", 'a1b'],
    ['[concat(createArray(1), createArray(2))]', [1, 2]],
    ["[format('{0}-{1}-{{x}}', 'a', true())]", 'a-True-{x}'],
    ["[variables('v').list[2].deep]", 'yes'],
    ["[if(equals('a', 'a'), 'yes', variables('v').nothing)]", 'yes'],
    ['[or(and(true(), not(false())), false())]', true],
    ["[createObject('a', createArray('b'))]", { a: ['b'] }],
    ['[json(\'{"a": 1}\').a]', 1],
    ["[coalesce(null(), 'x')]", 'x'],
    ["[copyIndex('each', 1)]", 6],
    ['[copyIndex()]', 2],
    ["[empty('')]", true],
    ["[split('a,b', ',')[1]]", 'b'],
    [
      "[resourceId('Microsoft.A/b', 'n')]",
      `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.A/b/n`,
    ],
    [
      "[resourceId('other', 'Microsoft.A/b/c', 'n', 'm')]",
      `/subscriptions/${subscription}/resourceGroups/other/providers/Microsoft.A/b/n/c/m`,
    ],
    [
      "[resourceId('11111111-1111-4111-8111-111111111111', 'g', 'Microsoft.A/b', 'n')]",
      '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/g/providers/Microsoft.A/b/n',
    ],
    ["[subscriptionResourceId('Microsoft.A/b', 'n')]", `/subscriptions/${subscription}/providers/Microsoft.A/b/n`],
    ["[tenantResourceId('Microsoft.A/b', 'n')]", '/providers/Microsoft.A/b/n'],
    ["[extensionResourceId('/x', 'Microsoft.A/b', 'n')]", '/x/providers/Microsoft.A/b/n'],
  ])('%s', (text, made) => expect(value(text)).toEqual(made));

  it('writes loops of properties out', () => {
    const looped = { copy: [{ name: 'all', count: 2, input: { at: "[copyIndex('all')]" } }], other: 1 };
    expect(evaluate(looped, around)).toEqual({ all: [{ at: 0 }, { at: 1 }], other: 1 });
  });

  it('is refused by TemplateError and nothing else, whatever the text', () => {
    const part = fc.constantFrom('concat', '(', ')', "'a'", ',', '[', ']', '.', '1', ' ', 'parameters', "'");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        try {
          value(`[${parts.join('')}]`);
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError);
        }
      }),
    );
  });
});

describe('JSON as ARM reads it', () => {
  it('has comments, names without quotes, and texts that are left alone', () => {
    const text =
      '{"properties": {"mode": "a // b", template:{\n// one\n"x": [1, /* two */ 2,], "say": "template: \\"no\\""}}}';
    expect(parseLenient(text)).toEqual({
      properties: { mode: 'a // b', template: { x: [1, 2], say: 'template: "no"' } },
    });
    expect(() => parseLenient('{"a": }')).toThrow(SyntaxError);
  });

  it('is all strict JSON, read the same', () => {
    const strict = fc.jsonValue().map((any) => JSON.stringify(any));
    fc.assert(
      fc.property(strict, (text) => {
        expect(parseLenient(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
