// Azure's built-in roles. Ids and names are Azure's; permissions are Azure's where the data file has them, else
// approximate ones made from the name, which the description says. Never a list of its own making.

import builtin from './data/builtin-roles.json' with { type: 'json' };
import type { Permission, RoleDefinition } from './world/types.ts';

/** Which resource provider a role is about, by its name. */
const providers: readonly [RegExp, string][] = [
  [/^Key Vault/, 'Microsoft.KeyVault'],
  [/Sentinel/, 'Microsoft.SecurityInsights'],
  [/^Security/, 'Microsoft.Security'],
  [/^Locks/, 'Microsoft.Authorization/locks'],
  [/^Backup/, 'Microsoft.RecoveryServices'],
  [/^(Storage|Reader and Data Access)/, 'Microsoft.Storage/storageAccounts'],
  [/^(Acr|Container Registry)/, 'Microsoft.ContainerRegistry/registries'],
  [/Kubernetes/, 'Microsoft.ContainerService/managedClusters'],
  [/^Container Apps/, 'Microsoft.App'],
  [/^Virtual Machine/, 'Microsoft.Compute/virtualMachines'],
  [/^Desktop/, 'Microsoft.DesktopVirtualization'],
  [/^(Network|DNS|Private DNS)/, 'Microsoft.Network'],
  [/^Web(site| Plan)/, 'Microsoft.Web'],
  [/^SignalR/, 'Microsoft.SignalRService'],
  [/Maps/, 'Microsoft.Maps'],
  [/Service Bus/, 'Microsoft.ServiceBus'],
  [/^App Configuration/, 'Microsoft.AppConfiguration'],
  [/^API Management/, 'Microsoft.ApiManagement'],
  [/^EventGrid/, 'Microsoft.EventGrid'],
  [/^Logic App/, 'Microsoft.Logic'],
  [/Event Hubs/, 'Microsoft.EventHub'],
  [/^Data Factory/, 'Microsoft.DataFactory'],
  [/^SQL/, 'Microsoft.Sql'],
  [/^(Cosmos DB|DocumentDB)/, 'Microsoft.DocumentDB'],
  [/^Redis/, 'Microsoft.Cache'],
  [/^(Azure AI|Foundry|Cognitive)/, 'Microsoft.CognitiveServices'],
  [/^Search/, 'Microsoft.Search'],
  [/^AzureML/, 'Microsoft.MachineLearningServices'],
  [/^(Log Analytics|Monitoring|Application Insights)/, 'Microsoft.Insights'],
  [/^Automation/, 'Microsoft.Automation'],
  [/^(Billing|Cost)/, 'Microsoft.CostManagement'],
  [/^Management Group/, 'Microsoft.Management/managementGroups'],
  [/^Resource Policy/, 'Microsoft.Authorization/policyAssignments'],
  [/^Support/, 'Microsoft.Support'],
  [/^Tag/, 'Microsoft.Resources/tags'],
];

const usual = ['Microsoft.Authorization/*/read', 'Microsoft.Resources/subscriptions/resourceGroups/read'];

function approximate(name: string): Permission {
  const provider = providers.find(([pattern]) => pattern.test(name))?.[1] ?? 'Microsoft.Resources';
  const none = { actions: [], notActions: [], dataActions: [], notDataActions: [] };
  const readsOnly = /Reader|Pull|Receiver/.test(name);
  if (/Data|Secrets|Crypto|Certificate|Acr|Repository|Login|Sender|Receiver|Server|Processor|OpenAI User/.test(name)) {
    return {
      ...none,
      actions: [`${provider}/*/read`],
      dataActions: [readsOnly ? `${provider}/*/read` : `${provider}/*`],
    };
  }
  return { ...none, actions: [...usual, /Reader|User/.test(name) ? `${provider}/*/read` : `${provider}/*`] };
}

/** Azure's built-in roles, in the shape of the world. */
export function builtinRoles(): readonly RoleDefinition[] {
  return builtin.roles.map((role) => ({
    id: role.id,
    roleName: role.roleName,
    type: 'BuiltInRole',
    description: role.permissions
      ? `Built-in role (${role.category}).`
      : `Built-in role (${role.category}). Its permissions are approximate in the simulator.`,
    assignableScopes: ['/'],
    permissions: role.permissions ?? [approximate(role.roleName)],
    createdOn: '2015-02-02T21:55:09.8806423Z',
    updatedOn: '2026-04-09T00:00:00.0000000Z',
    createdBy: null,
    updatedBy: null,
  }));
}
