// Lines of the Azure CLI, pasted as they are, come to the command that they mean; what they cannot mean here is refused with why.

import { describe, expect, it } from 'vitest';
import { parse, refusal, understood } from '../support/grammar.ts';

const subscription = '/subscriptions/50bc0000-0000-4000-8000-000000000001';
const identity = `${subscription}/resourceGroups/rg-a/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-x`;
const principal = '1d000000-0000-4000-8000-00000000000a';

describe('az identity', () => {
  it.each([
    ['az identity create -n uami-x -g rg-a', 'create', { name: 'uami-x', resourceGroup: 'rg-a' }],
    [
      'az identity create --name uami-x --resource-group rg-a --location "West Europe" --tags team=orders env=prod --subscription Prod',
      'create',
      {
        name: 'uami-x',
        resourceGroup: 'rg-a',
        location: 'West Europe',
        subscription: 'Prod',
        tags: { team: 'orders', env: 'prod' },
      },
    ],
    ['AZ identity CREATE -n uami-x -g rg-a -o table', 'create', { name: 'uami-x', resourceGroup: 'rg-a' }],
    ['az identity create -n uami-x --resource rg-a', 'create', { name: 'uami-x', resourceGroup: 'rg-a' }],
    ['az identity create -n uami-x -g rg-a --tags a=1,b=2', 'create', { tags: { a: '1,b=2' } }],
    ['az identity create -n uami-x -g rg-a --tags env ""', 'create', { tags: { env: '' } }],
    ['az identity list', 'list', {}],
    ["az identity list -g rg-a --query '[].{n:name} | [0]' -o tsv", 'list', { resourceGroup: 'rg-a' }],
    ['az identity show -n uami-x -g rg-a --query clientId -o tsv', 'show', { name: 'uami-x', resourceGroup: 'rg-a' }],
    [`az identity show --ids ${identity}`, 'show', { name: identity }],
    ['az identity list-resources -n uami-x -g rg-a', 'show', { name: 'uami-x', resourceGroup: 'rg-a' }],
    [
      'az identity delete --name uami-x --resource-group rg-a --yes',
      'delete',
      { name: 'uami-x', resourceGroup: 'rg-a' },
    ],
    ['$ az identity show -n uami-x -g rg-a', 'show', { name: 'uami-x' }],
    ['alex [ ~ ]$ az identity show -n uami-x -g rg-a', 'show', { name: 'uami-x' }],
    ['/identity az identity show —name uami-x —resource-group rg-a', 'show', { name: 'uami-x', resourceGroup: 'rg-a' }],
    ['```bash\naz identity show \\\n  -n uami-x \\\n  -g rg-a\n```', 'show', { name: 'uami-x', resourceGroup: 'rg-a' }],
    ['# who is it\naz identity show -n uami-x', 'show', { name: 'uami-x' }],
    ['az', 'help', {}],
    ['az identity --help', 'help', {}],
    ['az identity create --help', 'help', { command: 'create' }],
  ])('%s', (line, command, args) => {
    const found = understood(line);
    expect(found.command).toBe(command);
    expect(found.args).toMatchObject(args);
  });

  it('with nothing behind it opens the form', () => {
    expect(parse('az identity create')).toMatchObject({ kind: 'form', command: { name: 'create' } });
  });
});

describe('az … identity', () => {
  const vm = `${subscription}/resourceGroups/rg-a/providers/Microsoft.Compute/virtualMachines/vm-1`;
  it.each([
    ['az vm identity assign -g rg-a -n vm-1 --identities uami-x', 'attach', { name: 'uami-x', resource: 'rg-a/vm-1' }],
    [`az vm identity assign --ids ${vm} --identities ${identity}`, 'attach', { name: identity, resource: vm }],
    ['az vmss identity remove -n ss -g rg-a --identities uami-x', 'detach', { name: 'uami-x', resource: 'rg-a/ss' }],
    ['az webapp identity assign -n app --identities uami-x -g rg-a', 'attach', { resource: 'rg-a/app' }],
    [
      'az functionapp identity remove -n f -g rg-a --identities uami-x --subscription Prod',
      'detach',
      { resource: 'Prod/rg-a/f' },
    ],
    ['az containerapp identity assign -n ca -g rg-a --user-assigned uami-x', 'attach', { resource: 'rg-a/ca' }],
    [
      `az aks update -n k8s -g rg-a --enable-managed-identity --assign-identity ${identity} --yes`,
      'attach',
      { name: identity, resource: 'rg-a/k8s' },
    ],
  ])('%s', (line, command, args) => {
    const found = understood(line);
    expect(found.command).toBe(command);
    expect(found.args).toMatchObject(args);
  });
});

describe('az role', () => {
  const grant = { name: principal, role: 'Reader', scope: 'rg-b' };
  it.each([
    [`az role assignment create --assignee ${principal} --role Reader --scope rg-b`, 'grant', grant],
    [
      `az role assignment create --assignee-object-id ${principal} --assignee-principal-type ServicePrincipal --role Reader -g rg-b`,
      'grant',
      grant,
    ],
    [
      `az role assignment create --assignee uami-x --role "Key Vault Secrets User" --scope ${subscription.slice(1)}/resourceGroups/rg-b`,
      'grant',
      { name: 'uami-x', role: 'Key Vault Secrets User', scope: `${subscription}/resourceGroups/rg-b` },
    ],
    ['az role assignment create --assignee uami-x --role Reader --subscription Prod', 'grant', { scope: 'Prod' }],
    [
      'az role assignment create --assignee uami-x --role Reader -g rg-b --subscription Prod',
      'grant',
      { scope: 'Prod/rg-b' },
    ],
    [
      `az role assignment create --assignee uami-x --role Reader --scope ${subscription} --subscription Prod`,
      'grant',
      { scope: subscription },
    ],
    [`az role assignment delete --assignee ${identity} --role Reader --scope rg-b -y`, 'revoke', { name: identity }],
    [
      'az role assignment create --assignee uami-x --role Reader --scope rg-b --description "nightly report"',
      'grant',
      { reason: 'nightly report' },
    ],
    ['az role assignment list --assignee uami-x --all -o table', 'show', { name: 'uami-x' }],
    ['az role assignment list --assignee uami-x --scope rg-b --role Reader', 'show', { name: 'uami-x' }],
    ['az role assignment list --scope rg-b --role Owner', 'who', { scope: 'rg-b', role: 'Owner' }],
    ['az role assignment list -g rg-b --subscription Production', 'who', { scope: 'Production/rg-b' }],
    ['az role assignment list --all', 'who', {}],
    ['az role definition list --name Reader', 'roles', { text: 'Reader' }],
    ['az role definition list --custom-role-only true', 'roles', {}],
    ['role assignment create --assignee uami-x --role Reader --scope rg-b', 'grant', { name: 'uami-x' }],
  ])('%s', (line, command, args) => {
    const found = understood(line);
    expect(found.command).toBe(command);
    expect(found.args).toMatchObject(args);
  });

  it('asks for what is missing in this bot’s words', () => {
    expect(refusal('az role assignment create --assignee uami-x --role Reader')).toContain('--scope is missing');
  });
});

describe('refused, with why and what to do', () => {
  const assign = 'az role assignment create --assignee uami-x --role Reader --scope rg-b';
  it.each([
    ['az identity show -n uami-x | jq .id', /“\|” is shell syntax.*single az command/],
    ['az identity show -n uami-x && az identity list', /“&&” is shell syntax/],
    ['az identity show -n uami-x; az identity list', /“;” is shell syntax/],
    ['az identity show -n uami-x > out.json', /“>” is shell syntax/],
    ['az identity show -n uami-x\naz identity list', /several commands.*one at a time/],
    ['az identity show -n $NAME -g rg', /“\$NAME” is shell syntax, which is not supported/],
    ['az identity show -n "$NAME" -g rg', /“\$NAME” is shell syntax/],
    [`az identity show -n "\${NAME}" -g rg`, /“\$\{NAME\}” is shell syntax/],
    ['az identity show --ids $(az identity list -o tsv)', /“\$\(” is shell syntax/],
    ['az identity show -n `cat name`', /is shell syntax/],
    ['az identity show -n <name> -g rg', /<name> is a placeholder/],
    [`${assign} --condition "x"`, /conditions are not supported/],
    [`${assign} --name 5d000000-0000-4000-8000-00000000000a`, /names role assignments automatically/],
    [`${assign} --assignee-principal-type User`, /only be assigned to managed identities/],
    [`${assign} --frobnicate x`, /Unknown flag --frobnicate for az role assignment create.*--assignee/],
    ['az role assignment create --ids /subscriptions/x', /not for a new role/],
    ['az role assignment create --a uami-x --role Reader --scope rg-b', /is ambiguous: --assignee/],
    ['az role assignment update --role-assignment x', /revoke, then grant/],
    ['az role definition create --role-definition x', /Role definitions cannot be changed/],
    ['az identity update -n uami-x -l westeurope', /cannot move an identity/],
    ['az identity federated-credential frobnicate', /needs create, list, show, update or delete/],
    ['az identity frobnicate', /Unknown command “az identity frobnicate”/],
    ['az identity show uami-x', /every value after a flag/],
    ['az vm identity assign -g rg -n vm', /system-assigned identity belongs to its resource/],
    ['az vm identity assign -g rg -n vm --identities [system]', /system-assigned identity belongs to its resource/],
    ['az vm identity assign -g rg -n vm --identities x y', /one at a time/],
    ['az webapp identity remove -g rg -n app', /system-assigned identity belongs to its resource/],
    ['az webapp identity assign -g rg -n app --identities uami-x --slot blue', /full resource id/],
    ['az vm identity show -g rg -n vm', /Run show NAME/],
    ['az account list', /every subscription/],
    ['az login', /No sign-in is needed/],
    ['az group create -n rg', /--create-group/],
    ['az storage account list', /“az storage account list” is not supported/],
    [`az identity delete --ids ${identity} ${identity}2`, /2 were entered/],
    ['az identity create -n uami-x -g', /needs a value/],
  ])('%s', (line, words) => expect(refusal(line)).toMatch(words));
});
