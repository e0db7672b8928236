// What the portal, the tools and Identity Desk do with user-assigned identities and their role assignments. docs/capabilities.md is
// printed from it, and test/docs/capabilities.test.ts sends each line of Identity Desk to a running bot.

/** One thing that people do. A tool that cannot do it is absent. */
export interface Capability {
  readonly what: string;
  readonly portal?: string;
  readonly az?: string;
  readonly powershell?: string;
  /** ARM and Bicep. */
  readonly template?: string;
  readonly terraform?: string;
  /** What is sent to Identity Desk. */
  readonly line?: string;
  /** Where Identity Desk does less than the portal: why, and what to use. */
  readonly less?: string;
}

const identity = 'azurerm_user_assigned_identity';
const credential = 'azurerm_federated_identity_credential';
const assignment = 'azurerm_role_assignment';

export const capabilities: readonly Capability[] = [
  {
    what: 'Create an identity',
    portal: 'Create',
    az: 'identity create',
    powershell: 'New-AzUserAssignedIdentity',
    template: 'userAssignedIdentities',
    terraform: identity,
    line: 'create uami-cap-one -g rg-payments --tags env=prod',
  },
  {
    what: 'with a new resource group',
    portal: 'Create new',
    az: 'group create',
    powershell: 'New-AzResourceGroup',
    template: 'resourceGroups',
    terraform: 'azurerm_resource_group',
    line: 'create uami-cap-two -g rg-cap --create-group -l westeurope --subscription "Contoso Production"',
  },
  {
    what: 'for one region only (isolation scope)',
    portal: 'Create',
    az: 'identity create --isolation-scope',
    powershell: 'New-AzUserAssignedIdentity -IsolationScope',
    template: 'isolationScope',
    terraform: 'isolation_scope',
    line: 'create uami-cap-three -g rg-payments --isolation-scope Regional',
  },
  {
    what: 'with its roles, for a time',
    line: 'create uami-cap-four -g rg-payments --role Reader --scope rg-payments --for 8h',
  },
  {
    what: 'List identities',
    portal: 'Managed Identities',
    az: 'identity list, one subscription at a time',
    powershell: 'Get-AzUserAssignedIdentity, one subscription at a time',
    line: 'list --tags team=payments',
  },
  {
    what: 'Show one: ids, tags, location',
    portal: 'Overview, Properties',
    az: 'identity show',
    powershell: 'Get-AzUserAssignedIdentity',
    template: 'reference()',
    terraform: `data ${identity}`,
    line: 'show uami-checkout -g rg-payments',
  },
  {
    what: 'Show which resources use it',
    portal: 'Associated resources',
    az: 'identity list-resources',
    powershell: 'Get-AzUserAssignedIdentityAssociatedResource',
    line: 'show uami-checkout -g rg-payments',
  },
  {
    what: 'Change tags',
    portal: 'Tags',
    az: 'identity update --tags',
    powershell: 'Update-AzUserAssignedIdentity -Tag',
    template: 'tags',
    terraform: 'tags',
    line: 'update uami-checkout -g rg-payments --tags env=staging',
  },
  {
    what: 'Delete an identity',
    portal: 'Delete',
    az: 'identity delete',
    powershell: 'Remove-AzUserAssignedIdentity',
    terraform: 'destroy',
    line: 'delete uami-refunds',
  },
  {
    what: 'with its role assignments, after detaching it everywhere',
    line: 'delete uami-refunds --detach --remove-roles',
  },
  { what: 'Make a deleted identity again, with its roles', line: 'restore uami-nobody' },
  {
    what: 'Put it on a resource, take it off',
    portal: 'Identity of the resource',
    az: 'vm identity assign and its like',
    powershell: 'Update-AzVM and its like',
    template: 'identity of the resource',
    terraform: 'identity of the resource',
    line: 'attach uami-refunds vm-etl-01',
  },
  {
    what: 'List federated credentials',
    portal: 'Federated credentials',
    az: 'identity federated-credential list',
    powershell: 'Get-AzFederatedIdentityCredential',
    line: 'credential list uami-checkout -g rg-payments',
  },
  {
    what: 'Add, change or remove one',
    portal: 'Federated credentials',
    az: 'identity federated-credential create',
    powershell: 'New-AzFederatedIdentityCredential',
    template: 'federatedIdentityCredentials',
    terraform: credential,
    line: 'credential add uami-refunds --github contoso/refunds --environment production',
  },
  {
    what: 'Assign a role on a resource, group or subscription',
    portal: 'Azure role assignments, Access control (IAM)',
    az: 'role assignment create',
    powershell: 'New-AzRoleAssignment',
    template: 'roleAssignments',
    terraform: assignment,
    line: 'grant uami-refunds --role Reader --scope rg-web-prod',
  },
  {
    what: 'with a condition and a description',
    portal: 'Access control (IAM)',
    az: 'role assignment create --condition --description',
    powershell: 'New-AzRoleAssignment -Condition -Description',
    template: 'condition, description',
    terraform: 'condition, description',
    less: 'Not yet: a condition decides what an approval is worth, and the policy does not judge conditions. `show` and `who` tell them. Use az.',
  },
  {
    what: 'on a management group',
    portal: 'Access control (IAM)',
    az: 'role assignment create',
    powershell: 'New-AzRoleAssignment',
    template: 'roleAssignments',
    terraform: assignment,
    less: 'Not yet: such a role reaches every subscription below. It can be removed with `revoke --ids`. Use az.',
  },
  {
    what: 'that ends by itself',
    portal: 'Privileged Identity Management, with its licence',
    az: 'rest',
    powershell: 'New-AzRoleAssignmentScheduleRequest',
    template: 'roleAssignmentScheduleRequests',
    terraform: 'azurerm_pim_active_role_assignment',
    line: 'grant uami-refunds --role Reader --scope rg-web-prod --for 8h',
  },
  {
    what: 'Remove a role',
    portal: 'Access control (IAM)',
    az: 'role assignment delete',
    powershell: 'Remove-AzRoleAssignment',
    terraform: 'destroy',
    line: 'revoke uami-checkout -g rg-payments --role "Key Vault Secrets User" --scope kv-payments-prod',
  },
  {
    what: 'Show which identities hold a role on a scope',
    portal: 'Access control (IAM)',
    az: 'role assignment list --scope',
    powershell: 'Get-AzRoleAssignment -Scope',
    line: 'who --role Reader --scope rg-payments',
  },
  {
    what: 'Find roles, and what they permit',
    portal: 'Roles',
    az: 'role definition list',
    powershell: 'Get-AzRoleDefinition',
    terraform: 'data azurerm_role_definition',
    line: 'roles vault',
  },
  {
    what: 'Report what is orphaned, privileged, too wide, assigned twice, unused or near a limit of Azure',
    portal: 'Advisor, in part',
    line: 'report',
  },
  {
    what: 'See when an identity was last used',
    portal: 'Managed identity sign-ins, in Microsoft Entra',
    less: 'Azure Resource Manager does not know it, and the sign-in logs need a Microsoft Graph permission to read everybody’s. See them there.',
  },
  { what: 'Draw who can do what through it', line: 'graph uami-checkout' },
  {
    what: 'Export as code',
    portal: 'Export template',
    az: 'group export',
    powershell: 'Export-AzResourceGroup',
    terraform: 'import',
    line: 'export uami-checkout -g rg-payments --as bicep',
  },
  { what: 'Ask others for approval, with the plan that will run', line: 'requests' },
  { what: 'Ask why something is allowed or not', line: 'explain grant uami-refunds --role Reader --scope rg-payments' },
  {
    what: 'See who did what',
    portal: 'Activity log',
    az: 'monitor activity-log list',
    powershell: 'Get-AzActivityLog',
    line: 'audit --identity uami-checkout',
    less: 'Its record has what was asked of Identity Desk, with Azure’s correlation ids. For what was done elsewhere, see the Activity log.',
  },
  {
    what: 'See when it last signed in',
    portal: 'Sign-in logs of Microsoft Entra',
    less: 'Azure Resource Manager does not tell, and reading all sign-ins of the tenant is more than this bot should be able to.',
  },
  {
    what: 'Set or remove a lock',
    portal: 'Locks',
    az: 'lock create',
    powershell: 'New-AzResourceLock',
    template: 'locks',
    terraform: 'azurerm_management_lock',
    less: 'Locks are shown in every plan that they stop. Setting them needs rights over access, which the bot is better without.',
  },
  {
    what: 'Assign roles to people, groups and applications',
    portal: 'Access control (IAM)',
    az: 'role assignment create',
    powershell: 'New-AzRoleAssignment',
    template: 'roleAssignments',
    terraform: assignment,
    less: 'Identity Desk is for managed identities. People’s access belongs to Privileged Identity Management and access packages.',
  },
  {
    what: 'Make or change role definitions',
    portal: 'Access control (IAM)',
    az: 'role definition create',
    powershell: 'New-AzRoleDefinition',
    template: 'roleDefinitions',
    terraform: 'azurerm_role_definition',
    less: 'Whoever defines roles decides what approvals are worth; that is kept apart from the bot.',
  },
];
