// The graph command where Azure tells only some of it: what was read is told, and what was not is told too, in words and picture.

import { describe, expect, it } from 'vitest';
import type { AzureReader } from '../../src/core/azure-ports.ts';
import { graph } from '../../src/core/commands/graph.ts';
import { createCommandContext } from '../../src/core/dependencies.ts';
import { Fault } from '../../src/core/errors.ts';
import { createWorld, people } from '../support/core-world.ts';

const away = async () => {
  throw new Fault('azure-unreachable', 'Azure did not answer.');
};
const readerRole = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';

/** What the command says, and the picture that it draws, where the reads of Azure are these. */
async function graphWhere(changed: Partial<AzureReader>) {
  const { azure, deps } = createWorld();
  const { id, principalId } = azure.addIdentity('uami-graph');
  const dots: string[] = [];
  const drawGraph = async (dot: string) => {
    dots.push(dot);
    return Uint8Array.of(1);
  };
  const reads: Partial<AzureReader> = {
    federatedCredentials: async () => [
      { name: 'github', issuer: 'https://gitlab.com', subject: 'project_path:a/b', audiences: [] },
    ],
    roleAssignments: async () => ({
      items: [{ id: 'a', scope: id, roleDefinitionId: readerRole, principalId }],
      missing: [],
    }),
  };
  const context = createCommandContext(
    { ...deps, azure: { ...azure.reader, ...reads, ...changed }, drawGraph },
    people.alex,
  );
  const card = await graph.run({ ...context, isAuthorised: true }, { name: 'uami-graph' });
  return { text: JSON.stringify(card.blocks), alt: card.files?.[0]?.alt ?? '', dot: dots.join('\n') };
}

describe('a graph', () => {
  it.each<[string, keyof AzureReader, string]>([
    ['federated credentials', 'federatedCredentials', 'What it may do'],
    ['resources using it', 'resourcesUsing', 'project_path:a/b'],
    ['role assignments', 'roleAssignments', 'project_path:a/b'],
    ['what roles permit', 'roleDefinitions', 'project_path:a/b'],
  ])('without the %s tells the rest, and what could not be read', async (what, read, rest) => {
    const { text, alt, dot } = await graphWhere({ [read]: away });
    expect(text).toContain(`Could not be read: ${what}. Azure did not answer.`);
    expect(text).toContain(rest);
    expect(alt).toContain(`Could not be read: ${what}.`);
    expect(dot).toContain(`Could not be read\\n${what}"`);
  });

  it('does not say that there is nothing where that is not known', async () => {
    const nothing = { federatedCredentials: away, roleAssignments: async () => ({ items: [], missing: ['mg-a'] }) };
    const { text } = await graphWhere(nothing);
    expect(text).toContain('Could not be read: mg-a');
    expect(text).not.toMatch(/No federated credential|No role assignments/);
  });

  it('says what its picture leaves out: ways to sign in, and roles by their risk', async () => {
    const many = (most: number) => Array.from({ length: most }, (_, at) => `${at}`);
    const credentials = many(40).map((name) => ({ name, issuer: 'https://x', subject: name, audiences: [] }));
    const { text, dot } = await graphWhere({ federatedCredentials: async () => credentials });
    expect(text).toContain('The picture leaves out 13 ways to sign in, and says so.');
    expect(text).not.toContain('least risk');
    expect(dot).toContain('and 13 more ways to sign in');
    const held = (roleDefinitionId: string) => async () => ({
      items: many(40).map((id) => ({ id, scope: '/', roleDefinitionId, principalId: 'x' })),
      missing: [],
    });
    const readers = await graphWhere({ roleAssignments: held(readerRole) });
    expect(readers.text).toContain('The picture leaves out 13 roles (none of high or unknown risk), and says so.');
    const strange = await graphWhere({ roleAssignments: held('8e3af657-0000-4000-8000-000000000001') });
    expect(strange.text).toContain('The picture leaves out 13 roles (13 of unknown risk), and says so.');
  });
});
