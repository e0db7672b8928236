// The faults for Azure's errors: the code, the names in the texts, and no more of Azure's message than needed.

import { describe, expect, it } from 'vitest';
import { NoAnswer } from '../../src/azure/azure-error.ts';
import { CallPolicy } from '../../src/azure/call-policy.ts';
import { toFault } from '../../src/azure/errors.ts';
import { Fault } from '../../src/core/errors.ts';

const oid = 'b0700000-0000-4000-8000-000000000001';
const group = '/subscriptions/50bc0000-0000-4000-8000-000000000001/resourceGroups/rg-payments';

/** As the SDKs throw it: status, code, the body under details, headers by name. */
function refusal(statusCode: number | undefined, code: string, message: string, headers: Record<string, string> = {}) {
  return Object.assign(new Error(message), {
    name: 'RestError',
    code,
    ...(statusCode === undefined
      ? {}
      : { statusCode, details: { error: { code, message } }, response: { headers: new Map(Object.entries(headers)) } }),
  });
}

const lacks = (action: string, scope: string) =>
  refusal(
    403,
    'AuthorizationFailed',
    `The client 'identity-desk' with object id '${oid}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );

describe('the table of refusals', () => {
  it.each([
    ['Microsoft.ManagedIdentity/userAssignedIdentities/write', 'Managed Identity Contributor', 'rg-payments'],
    ['Microsoft.ManagedIdentity/userAssignedIdentities/assign/action', 'Managed Identity Operator', 'rg-payments'],
    ['Microsoft.Authorization/roleAssignments/write', 'Role Based Access Control Administrator', 'rg-payments'],
    ['Microsoft.Resources/subscriptions/resourceGroups/write', 'Contributor', 'the subscription 50bc0000'],
    ['Microsoft.Resources/subscriptions/resourceGroups/read', 'Reader', 'rg-payments'],
  ])('%s: names %s, on %s, for whom', (action, role, where) => {
    const { code, details } = toFault(lacks(action, group));
    expect(code).toBe('azure-forbidden');
    expect(details.next).toContain(`“${role}”`);
    expect(details.next).toContain(where);
    expect(details.next).toContain(oid);
  });

  it.each([
    [
      409,
      'ScopeLocked',
      `The scope '${group}/x' cannot perform delete operation because following scope(s) are locked: '${group}'. Please remove the lock and try again.`,
      'azure-refused',
      group,
    ],
    [404, 'ResourceGroupNotFound', "Resource group 'rg-none' could not be found.", 'azure-refused', 'rg-none'],
    [404, 'SubscriptionNotFound', "The subscription 'abc' could not be found.", 'azure-refused', 'abc'],
    [409, 'RoleAssignmentExists', 'The role assignment already exists.', 'azure-refused', 'already'],
    [
      400,
      'RoleAssignmentLimitExceeded',
      'No more role assignments can be created',
      'azure-refused',
      'limit of role assignments is reached',
    ],
    [
      409,
      'InvalidResourceLocation',
      "The resource 'uami-x' already exists in location 'westeurope' in resource group 'rg'.",
      'azure-refused',
      'westeurope',
    ],
    [
      400,
      'LocationNotAvailableForResourceType',
      "The provided location 'atlantis' is not available for resource type 'x'.",
      'azure-refused',
      'atlantis',
    ],
    [500, 'InternalServerError', 'oops', 'azure-unreachable', 'temporarily unavailable'],
    [undefined, 'ECONNRESET', 'socket hang up', 'azure-unreachable', 'did not respond'],
    [
      403,
      'Authorization_RequestDenied',
      'Insufficient privileges to complete the operation.',
      'azure-forbidden',
      'directory',
    ],
    [400, 'SomethingNew', `because ${'x'.repeat(900)}`, 'azure-refused', 'because'],
  ])('%s %s', (status, code, message, expected, word) => {
    const fault = toFault(refusal(status, code, message));
    expect(fault.code).toBe(expected);
    expect(fault.message).toContain(word);
    expect(fault.message.length).toBeLessThan(340);
    expect(fault.details.next).toBeTruthy();
    expect(fault.cause).toBeInstanceOf(Error);
  });

  const write = 'Microsoft.Authorization/roleAssignments/write';
  const assignment = `${group}/providers/Microsoft.Authorization/roleAssignments/x`;

  it('says that a condition is in the way, and not that the permission is missing', () => {
    const text = `The client 'identity-desk' with object id '${oid}' does not have authorization or an ABAC condition not fulfilled to perform action '${write}' over scope '${assignment}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
    const { code, message, details } = toFault(refusal(403, 'AuthorizationFailed', text));
    expect(code).toBe('azure-forbidden');
    expect(message).toBe(`A condition on the role assignment of Identity Desk in Azure does not allow this: ${write}.`);
    expect(details.next).toContain('the resource group rg-payments');
    expect(details.next).toContain(oid);
    expect(`${message} ${details.next}`).not.toMatch(/missing|assign the role/);
  });

  it('says that a deny assignment is in the way, by its name, and that no role helps', () => {
    const text = `The client 'identity-desk' with object id '${oid}' has permission to perform action '${write}' on scope '${assignment}'; however, the access is denied because of the deny assignment with name 'Managed by 'app'' and Id 'd0' at scope '${group}'.`;
    const { code, message, details } = toFault(refusal(403, 'DenyAssignmentAuthorizationFailed', text));
    expect(code).toBe('azure-forbidden');
    expect(message).toBe(`A deny assignment in Azure, “Managed by 'app'”, blocks ${write} for Identity Desk.`);
    expect(details.next).toContain('No role overrides it');
    expect(details.next).toContain('the resource group rg-payments');
    expect(`${message} ${details.next}`).not.toMatch(/missing|does not have permission|assign the role/);
  });

  it('names the action on the linked resource, and the role for that', () => {
    const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/u`;
    const text = `The client 'identity-desk' with object id '${oid}' has permission to perform action 'Microsoft.Compute/virtualMachines/write' on scope '${group}/vm'; however, it does not have permission to perform action 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action' on the linked scope(s) '${identity}' or the linked scope(s) are invalid.`;
    const { message, details } = toFault(refusal(403, 'LinkedAuthorizationFailed', text));
    expect(message).toContain('userAssignedIdentities/assign/action');
    expect(details.next).toContain('“Managed Identity Operator”');
    expect(details.next).toContain(identity);
    expect(details.next).toContain(oid);
  });

  it('has a text of its own for an assignment whose name is taken, and for a 403 of another kind', () => {
    const taken = toFault(refusal(400, 'RoleAssignmentUpdateNotPermitted', 'Tenant ID, … not allowed to be updated.'));
    expect(taken.code).toBe('azure-refused');
    expect(taken.message).toContain('same name');
    const other = toFault(refusal(403, 'SomethingNew', 'The moon is full.'));
    expect(other.code).toBe('azure-forbidden');
    expect(other.message).toContain('The moon is full.');
    expect(other.message).not.toContain('permission');
  });

  it('tells how long Azure wants to be left alone, in milliseconds', () => {
    const wait = (headers: Record<string, string>) =>
      toFault(refusal(429, 'SubscriptionRequestsThrottled', 'slow', headers)).details.retryAfterMs;
    expect(wait({ 'retry-after': '6' })).toBe(6_000);
    expect(wait({ 'retry-after-ms': '250' })).toBe(250);
    expect(wait({ 'retry-after': new Date(Date.now() + 30_000).toUTCString() })).toBeGreaterThan(25_000);
    expect(wait({ 'retry-after': 'soon' })).toBeUndefined();
  });

  it('takes a lost wait for silence, a lost sign-in for a missing right, and anything else for a fault of its own', () => {
    expect(toFault(new NoAnswer('x', true)).code).toBe('azure-unreachable');
    const signIn = Object.assign(new Error('client_secret=hush'), { name: 'AggregateAuthenticationError' });
    expect(toFault(signIn)).toMatchObject({ code: 'azure-forbidden' });
    expect(`${toFault(signIn).message} ${toFault(signIn).details.next}`).not.toContain('hush');
    expect(toFault(new TypeError('x is undefined')).code).toBe('internal');
    const fault = new Fault('stale', 'old');
    expect(toFault(fault)).toBe(fault);
  });
});

it('takes its token to no other host, whatever an answer’s nextLink says', async () => {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const policy = new CallPolicy({ readMs: 1_000, writeMs: 1_000, log }).pipelinePolicy('https://management.azure.com');
  type Request = Parameters<typeof policy.sendRequest>[0];
  let sent = 0;
  const send = (url: string) =>
    policy.sendRequest({ url } as Request, async () => {
      sent += 1;
      throw new Error('sent');
    });
  await expect(send('https://management.azure.com.evil.example/x')).rejects.toThrow(/a host other than/);
  await expect(send('http://management.azure.com/x')).rejects.toThrow(/a host other than/);
  expect(sent).toBe(0);
  await expect(send('https://management.azure.com/x')).rejects.toThrow('sent');
});
