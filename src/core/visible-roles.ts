// Roles as one person may see them.

import type { AzureReader } from './azure-ports.ts';
import { readRefused, type Visibility } from './visibility.ts';

const readRoles = 'Microsoft.Authorization/roleDefinitions/read';

/** `azure` that returns the roles of a scope only where the policy allows `command`. Throws Fault 'not-allowed'. */
export function guardRoles(azure: AzureReader, visibility: Visibility, command: string): AzureReader {
  async function demand(scope: string): Promise<void> {
    const verdict = (await visibility.verdicts(command, [scope], readRoles)).get(scope);
    if (verdict?.kind === 'refused') throw readRefused(verdict.reason);
  }
  return {
    ...azure,
    async roleDefinitions(scope) {
      await demand(scope);
      return azure.roleDefinitions(scope);
    },
    async roleDefinition(scope, id) {
      await demand(scope);
      return azure.roleDefinition(scope, id);
    },
  };
}
