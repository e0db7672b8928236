// Cmdlets, pasted as they are, come to the command that they mean; what they cannot mean here is refused with why.

import { describe, expect, it } from 'vitest';
import { refusal, understood } from '../support/grammar.ts';

const principal = '1d000000-0000-4000-8000-00000000000a';
const subscription = '50bc0000-0000-4000-8000-000000000001';

it.each([
  [
    'New-AzUserAssignedIdentity -Name uami-x -ResourceGroupName rg-a',
    'create',
    { name: 'uami-x', resourceGroup: 'rg-a' },
  ],
  [
    `New-AzUserAssignedIdentity -ResourceGroupName rg-a -Name uami-x -Location "West Europe" -SubscriptionId ${subscription} -Tag @{team='orders'; env="prod"}`,
    'create',
    {
      name: 'uami-x',
      resourceGroup: 'rg-a',
      location: 'West Europe',
      subscription,
      tags: { team: 'orders', env: 'prod' },
    },
  ],
  ['new-azuserassignedidentity -name uami-x -resourcegroupname rg-a', 'create', { name: 'uami-x' }],
  ['New-AzUserAssignedIdentity -Na uami-x -Res rg-a -Loc westeurope', 'create', { location: 'westeurope' }],
  ['New-AzUserAssignedIdentity -Name:uami-x -ResourceGroupName:rg-a -Confirm:$false', 'create', { name: 'uami-x' }],
  [
    "New-AzUserAssignedIdentity -Name uami-x -ResourceGroupName rg-a -Tag @{ 'cost center' = 'a;b=c, d=e' }",
    'create',
    { tags: { 'cost center': 'a;b=c, d=e' } },
  ],
  [
    'New-AzUserAssignedIdentity `\n  -Name uami-x `\n  -ResourceGroupName rg-a `\n  -Tag @{\n    team = "orders"\n    env = "prod"\n  }',
    'create',
    { name: 'uami-x', tags: { team: 'orders', env: 'prod' } },
  ],
  [
    'New-AzUserAssignedIdentity –Name uami-x –ResourceGroupName rg-a',
    'create',
    { name: 'uami-x', resourceGroup: 'rg-a' },
  ],
  ['PS C:\\Users\\alex> Get-AzUserAssignedIdentity', 'list', {}],
  ['PS /home/alex> Get-AzUserAssignedIdentity -ResourceGroupName rg-a', 'list', { resourceGroup: 'rg-a' }],
  [
    'Get-AzUserAssignedIdentity -Name uami-x -ResourceGroupName rg-a',
    'show',
    { name: 'uami-x', resourceGroup: 'rg-a' },
  ],
  [
    'Remove-AzUserAssignedIdentity -Name uami-x -ResourceGroupName rg-a -Force -ErrorAction Stop',
    'delete',
    { name: 'uami-x' },
  ],
  [
    `New-AzRoleAssignment -ObjectId ${principal} -RoleDefinitionName "Key Vault Secrets User" -Scope /subscriptions/${subscription}`,
    'grant',
    { name: principal, role: 'Key Vault Secrets User', scope: `/subscriptions/${subscription}` },
  ],
  [
    `New-AzRoleAssignment -ApplicationId ${principal} -RoleDefinitionId acdd72a7-3385-48ef-bd42-f606fba81ae7 -ResourceGroupName rg-b -ObjectType ServicePrincipal`,
    'grant',
    { name: principal, role: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', scope: 'rg-b' },
  ],
  [
    `Remove-AzRoleAssignment -PrincipalId ${principal} -RoleDefinitionName Reader -ResourceGroupName rg-b`,
    'revoke',
    { name: principal, role: 'Reader', scope: 'rg-b' },
  ],
  [
    `New-AzRoleAssignmentScheduleRequest -Name ${principal} -Scope /subscriptions/${subscription} -RequestType AdminAssign -PrincipalId ${principal} -RoleDefinitionId /subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7 -ExpirationType AfterDuration -ExpirationDuration PT8H -Justification "month end"`,
    'grant',
    { name: principal, scope: `/subscriptions/${subscription}`, for: 8 * 3_600_000, reason: 'month end' },
  ],
  ['Get-AzRoleAssignment -Scope rg-b -RoleDefinitionName Owner', 'who', { scope: 'rg-b', role: 'Owner' }],
  [`Get-AzRoleAssignment -ObjectId ${principal} -Scope /subscriptions/${subscription}`, 'show', { name: principal }],
  ['Get-AzRoleDefinition "Key Vault"', 'roles', { text: 'Key Vault' }],
  ['Get-AzRoleDefinition -Name Reader', 'roles', { text: 'Reader' }],
])('%s', (line, command, args) => {
  const found = understood(line);
  expect(found.command).toBe(command);
  expect(found.args).toMatchObject(args);
});

describe('attachments', () => {
  const id = `/subscriptions/${principal}/resourceGroups/rg-a/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-x`;
  it.each([
    [`Update-AzVM -ResourceGroupName rg-a -VM vm-1 -IdentityType UserAssigned -IdentityId ${id}`, 'rg-a/vm-1'],
    [
      `Update-AzVmss -ResourceGroupName rg-a -VMScaleSetName ss -IdentityType SystemAssignedUserAssigned -IdentityId "${id}"`,
      'rg-a/ss',
    ],
  ])('%s', (line, resource) => {
    const found = understood(line);
    expect([found.command, found.args]).toEqual(['attach', { name: id, resource }]);
  });
  it.each([
    [
      `Update-AzVM -ResourceGroupName rg-a -VM $vm -IdentityType UserAssigned -IdentityId ${id}`,
      /“\$vm” is shell syntax/,
    ],
    [`Update-AzVM -ResourceGroupName rg-a -VM vm-1 -IdentityType None -IdentityId ${id}`, /system-assigned/],
    ['Set-AzWebApp -AssignIdentity $true -Name app -ResourceGroupName rg', /system-assigned/],
  ])('%s', (line, words) => expect(refusal(line)).toMatch(words));
});

describe('refused, with why and what to do', () => {
  const grant = `New-AzRoleAssignment -ObjectId ${principal} -RoleDefinitionName Reader`;
  it.each([
    ['Remove-AzUserAssignedIdentity -Name uami-x -ResourceGroupName rg-a -WhatIf', /shows its plan first/],
    ['Get-AzUserAssignedIdentity -Name $name -ResourceGroupName rg', /“\$name” is shell syntax/],
    ['Get-AzUserAssignedIdentity -Name "$name" -ResourceGroupName rg', /“\$name” is shell syntax/],
    ['Get-AzUserAssignedIdentity -ResourceGroupName rg | Remove-AzUserAssignedIdentity', /“\|” is shell syntax/],
    ['Get-AzUserAssignedIdentity -Name x\nGet-AzUserAssignedIdentity -Name y', /several commands/],
    ['Get-AzUserAssignedIdentity uami-x', /does not belong to a parameter.*-Name/],
    ['New-AzUserAssignedIdentity -Name uami-x -ResourceGroupName rg -Tag team=a', /requires a hashtable of tags/],
    ['New-AzUserAssignedIdentity -Name uami-x -ResourceGroupName rg -Tag @{team}', /is not a tag/],
    ["New-AzUserAssignedIdentity -Name uami-x -ResourceGroupName rg -Tag @{team='a'", /is not closed/],
    [
      `New-AzRoleAssignmentScheduleRequest -RequestType AdminRemove -PrincipalId ${principal} -Scope rg`,
      /AdminRemove is not supported.*use end ID/,
    ],
    [
      `New-AzRoleAssignmentScheduleRequest -RequestType AdminAssign -PrincipalId ${principal} -Scope rg -ScheduleInfoStartDateTime 2027-01-01`,
      /starts once it is approved/,
    ],
    [`${grant} -Scope rg -AllowDelegation`, /delegation is not supported/],
    [`${grant} -Scope rg -ObjectType User`, /only be assigned to managed identities/],
    [`${grant} -ResourceName kv -ResourceType x -ResourceGroupName rg`, /-Scope with the full resource id/],
    [
      'New-AzRoleAssignment -SignInName alex@contoso.com -RoleDefinitionName Reader -Scope rg',
      /only be assigned to managed identities/,
    ],
    [`${grant} -R rg`, /is ambiguous/],
    [`${grant} -Nonsense rg`, /Unknown flag -Nonsense for New-AzRoleAssignment/],
    ['Get-AzRoleAssignment -Scope /subscriptions/x', /not valid for --scope/],
    ['Update-AzUserAssignedIdentity -Name uami-x -Location westeurope', /cannot move an identity/],
    ['New-AzFederatedIdentityCredential -InputObject x', /Use -IdentityName/],
    ['Connect-AzAccount', /No sign-in is needed/],
    ['Get-AzUserAsignedIdentity', /Did you mean Get-AzUserAssignedIdentity/],
    ['Get-AzStorageAccount', /cmdlet .* is not supported/],
  ])('%s', (line, words) => expect(refusal(line)).toMatch(words));
});
