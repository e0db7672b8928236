// Code items as steps in the Azure portal, each with the address of its page.

import { fold } from '../model/fold.ts';
import { resourceGroupScope, resourceName, subscriptionScope } from '../model/scope.ts';
import { shortScopeLabel } from '../model/scope-label.ts';
import { type CodeFormat, type CodeSubject, commentText } from './format.ts';
import { type CodeItem, credentialNamed } from './items.ts';

/** What narrows a role or an identity, which whoever does it by hand would otherwise leave out. */
const narrowed = (what: string, value: string | undefined) => (value === undefined ? '' : `, ${what}: ${value}`);

/** What is done by hand, and the ARM id of the page where it is done. */
function stepOf(item: CodeItem, portal: CodeSubject['portal']): readonly [words: string, address: string] {
  switch (item.kind) {
    case 'group':
      return [`Create resource group ${item.name} in ${item.location}`, portal(subscriptionScope(item.subscriptionId))];
    case 'identity':
      return item.exists
        ? [`Managed identity ${item.name}${narrowed('isolation scope', item.isolationScope)}`, portal(item.id)]
        : [
            `Create a user-assigned managed identity: ${item.name} in ${item.location}${narrowed('isolation scope', item.isolationScope)}`,
            portal(resourceGroupScope(item.subscriptionId, item.resourceGroup)),
          ];
    case 'credential':
      return [
        `Federated credentials of ${resourceName(item.identityId)}: ${item.name}, issuer ${item.issuer}, subject ${item.subject}`,
        portal(item.identityId),
      ];
    case 'role':
      return [
        `Access control (IAM) of ${shortScopeLabel(item.scope)}: role ${item.roleName} for ${resourceName(item.identityId)}${narrowed('under the condition', item.condition)}`,
        portal(item.scope, 'access'),
      ];
    case 'tags':
      return [`Tags of ${resourceName(item.identityId)}`, portal(item.identityId)];
    case 'attachment':
    case 'attachment-removal':
      return [
        `Identity of ${resourceName(item.resourceId)}: ${item.kind === 'attachment' ? 'add' : 'remove'} ${resourceName(item.identityId)}`,
        portal(item.resourceId),
      ];
    case 'identity-removal':
      return [`Delete ${resourceName(item.id)}`, portal(item.id)];
    case 'role-removal': {
      const scope = item.id.slice(0, fold(item.id).lastIndexOf('/providers/microsoft.authorization/')) || '/';
      return [`Access control (IAM) of ${shortScopeLabel(scope)}: remove the role assignment`, portal(scope, 'access')];
    }
    case 'credential-removal': {
      const { identityId, name } = credentialNamed(item.id);
      return [`Federated credentials of ${resourceName(identityId)}: delete ${name}`, portal(identityId)];
    }
  }
}

export const portalSteps: CodeFormat = {
  name: 'portal',
  label: 'Portal',
  howToRun: () => undefined,
  write: (items, { title, slug, portal }) => [
    {
      fileName: `${slug}.txt`,
      text: `${[
        commentText(title),
        ...items.map((item, index) => {
          const [words, address] = stepOf(item, portal);
          return `${index + 1}. ${commentText(words)}\n   ${address}`;
        }),
      ].join('\n\n')}\n`,
    },
  ],
  leavesOut: () => [],
};
