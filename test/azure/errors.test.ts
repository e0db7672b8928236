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
      'limit of role assignments',
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
