// The table from Azure's errors to faults: what people are told and what they can do next. It branches on codes and statuses,
// never on message text, which is only read for the names that it quotes (missing-permission.ts has the one exception). No token or setting's value may appear here.

import { Fault } from '../core/errors.ts';
import { type AzureError, readAzureError } from './azure-error.ts';
import { denied, type FaultWords, linkedPermission, missingPermission, quoted } from './missing-permission.ts';

interface Row {
  codes?: readonly string[];
  when?: (error: AzureError) => boolean;
  tell: (error: AzureError) => FaultWords;
}

const longest = 300;
const trimmed = (message: string) => {
  const line = message.replace(/\s+/g, ' ').trim();
  return [...line].length > longest ? `${[...line].slice(0, longest - 1).join('')}…` : line;
};

const refused = (message: string, next: string): FaultWords => ({ code: 'azure-refused', message, next });

const rows: readonly Row[] = [
  {
    when: ({ isCredential }) => isCredential,
    tell: () => ({
      code: 'azure-forbidden',
      message: 'Identity Desk could not sign in to Azure.',
      next: 'Ask your Identity Desk administrator to check its credentials: a managed identity on its host, or AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret, certificate or token file.',
    }),
  },
  {
    when: ({ status }) => status === 401,
    tell: () => ({
      code: 'azure-forbidden',
      message: 'Azure rejected the access token of Identity Desk.',
      next: 'Ask your Identity Desk administrator to compare AZURE_CLOUD and AZURE_TENANT_ID with the tenant of its identity.',
    }),
  },
  {
    codes: ['Authorization_RequestDenied'],
    tell: () => ({
      code: 'azure-forbidden',
      message: 'Identity Desk does not have permission to read users in the directory.',
      next: 'Ask a Microsoft Entra administrator to grant the identity of Identity Desk the Microsoft Graph permission User.Read.All.',
    }),
  },
  { codes: ['LinkedAuthorizationFailed'], tell: linkedPermission },
  { codes: ['DenyAssignmentAuthorizationFailed'], tell: denied },
  { codes: ['AuthorizationFailed'], tell: missingPermission },
  {
    codes: ['ScopeLocked'],
    tell: ({ message }) => {
      const lock = quoted(message)[1];
      return refused(
        `A resource lock prevents the change${lock ? `: ${lock} is locked` : ''}.`,
        'Ask an owner to remove the lock, then try again.',
      );
    },
  },
  {
    codes: ['ResourceGroupNotFound'],
    tell: ({ message }) =>
      refused(
        `The resource group ${quoted(message)[0] ?? ''} was not found.`.replace('  ', ' '),
        'Create it first, or choose another one.',
      ),
  },
  {
    codes: ['SubscriptionNotFound', 'InvalidSubscriptionId'],
    tell: ({ message }) =>
      refused(
        `The subscription ${quoted(message)[0] ?? ''} was not found, or Identity Desk does not have access to it.`.replace(
          '  ',
          ' ',
        ),
        'Check the subscription id, or ask an administrator to assign the role “Reader” on it to the identity of Identity Desk.',
      ),
  },
  {
    codes: ['RoleAssignmentExists'],
    tell: () =>
      refused(
        'The identity already has this role at this scope, through an assignment that another request or person created.',
        'Nothing was changed. That assignment stays as it is and does not end with this request.',
      ),
  },
  {
    codes: ['RoleAssignmentLimitExceeded'],
    tell: () =>
      refused(
        'Azure’s limit of role assignments is reached: the subscription or management group takes no more.',
        'Remove assignments that are no longer needed, or assign the role to a group or at a wider scope.',
      ),
  },
  {
    codes: ['RoleAssignmentUpdateNotPermitted'],
    tell: () =>
      refused(
        'A role assignment of the same name already exists for another identity, role or scope.',
        'That assignment was not changed. Submit a new request: its assignment gets a name of its own.',
      ),
  },
  {
    codes: ['RoleDefinitionDoesNotExist'],
    tell: () => refused('The role no longer exists.', 'To find a role, use: roles'),
  },
  {
    codes: ['PrincipalNotFound'],
    tell: () =>
      refused(
        'The identity is not available in the directory yet.',
        'Try again in a minute or two: a new identity takes that long to replicate.',
      ),
  },
  {
    codes: ['InvalidResourceLocation'],
    tell: ({ message }) => {
      const [name = 'The resource', there] = quoted(message);
      return refused(
        `${name} already exists${there ? ` in ${there}` : ''}, and its location cannot be changed.`,
        'Use the existing one, or choose another name.',
      );
    },
  },
  {
    codes: ['LocationNotAvailableForResourceType', 'LocationNotAvailableForResourceGroup', 'NoRegisteredProviderFound'],
    tell: ({ message }) =>
      refused(
        `This resource type is not available in the location ${quoted(message)[0] ?? ''}.`.replace(' .', '.'),
        'Choose another location.',
      ),
  },
  {
    codes: ['MissingSubscriptionRegistration'],
    tell: () =>
      refused(
        'The subscription is not registered for managed identities.',
        'Ask an administrator to register the resource provider Microsoft.ManagedIdentity in the subscription.',
      ),
  },
  {
    codes: ['RequestDisallowedByPolicy'],
    tell: ({ message }) =>
      refused(
        `Azure Policy disallowed the change: ${trimmed(message)}`,
        'Contact the owner of the policy assignment, or change the request.',
      ),
  },
  {
    codes: ['ReadOnlyDisabledSubscription'],
    tell: () => refused('The subscription is disabled.', 'Ask its owner to enable it, or use another subscription.'),
  },
  {
    when: ({ status }) => status === 429,
    tell: () => ({
      code: 'azure-busy',
      message: 'Azure is throttling requests.',
      next: 'Try again in a few minutes.',
    }),
  },
  {
    when: ({ isNetwork }) => isNetwork,
    tell: () => ({
      code: 'azure-unreachable',
      message: 'Azure did not respond.',
      next: 'Try again in a few minutes.',
    }),
  },
  {
    when: ({ status }) => status !== undefined && (status >= 500 || status === 408),
    tell: () => ({
      code: 'azure-unreachable',
      message: 'Azure is temporarily unavailable.',
      next: 'Try again in a few minutes.',
    }),
  },
  {
    when: ({ status }) => status === 403,
    tell: ({ code, message }) => ({
      code: 'azure-forbidden',
      message: `Azure refused this to Identity Desk: ${trimmed(message) || code || 'status 403'}`,
      next: 'Ask an Azure administrator to resolve it, then try again.',
    }),
  },
  {
    when: ({ status }) => status !== undefined,
    tell: ({ message, code, status }) =>
      refused(
        `Azure refused the request: ${trimmed(message) || code || `status ${status}`}`,
        'Change the request, or contact an Azure administrator.',
      ),
  },
];

/** The Fault for what an SDK threw; 'internal' where the error is not Azure's. A Fault is returned as it is. */
export function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const read = readAzureError(error);
  const row = rows.find(({ codes, when }) => codes?.includes(read.code) || when?.(read));
  if (!row) {
    return new Fault('internal', 'An internal error occurred while calling Azure.', {
      next: 'Try again. If it happens again, contact your Identity Desk administrator and tell them the time.',
      cause: error,
    });
  }
  const { code, message, next } = row.tell(read);
  const wait = code === 'azure-busy' || code === 'azure-unreachable' ? read.retryAfterMs : undefined;
  return new Fault(code, message, { next, cause: error, ...(wait === undefined ? {} : { retryAfterMs: wait }) });
}
