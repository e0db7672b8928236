// Azure's refusals, word for word where a public sample of them exists. Handlers throw these; nothing here decides when.
// "Own words" marks a text for which no public sample was found.

import { hex } from './ids.ts';

/** An answer in ARM's error shape. */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly details: readonly { code: string; message: string }[];

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    details: readonly { code: string; message: string }[] = [],
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.details = details;
  }
}

const gateway = { 'x-ms-failure-cause': 'gateway' };

/** `isConditional`: a role would permit it, were it not for a condition. */
export function authorizationFailed(
  client: string,
  objectId: string,
  action: string,
  scope: string,
  isConditional = false,
): ArmError {
  return new ArmError(
    403,
    'AuthorizationFailed',
    `The client '${client}' with object id '${objectId}' does not have authorization${isConditional ? ' or an ABAC condition not fulfilled' : ''} to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    gateway,
  );
}

/** The text is quoted from Azure in several public places; that the id goes without dashes is taken from its other messages. */
export function denyAssignmentAuthorizationFailed(
  client: string,
  objectId: string,
  done: { action: string; scope: string },
  deny: { denyAssignmentName: string; name: string; scope: string },
): ArmError {
  return new ArmError(
    403,
    'DenyAssignmentAuthorizationFailed',
    `The client '${client}' with object id '${objectId}' has permission to perform action '${done.action}' on scope '${done.scope}'; however, the access is denied because of the deny assignment with name '${deny.denyAssignmentName}' and Id '${hex(deny.name)}' at scope '${deny.scope}'.`,
    gateway,
  );
}

export function linkedAuthorizationFailed(
  client: string,
  objectId: string,
  done: { action: string; scope: string },
  linked: { action: string; scope: string },
): ArmError {
  return new ArmError(
    403,
    'LinkedAuthorizationFailed',
    `The client '${client}' with object id '${objectId}' has permission to perform action '${done.action}' on scope '${done.scope}'; however, it does not have permission to perform action '${linked.action}' on the linked scope(s) '${linked.scope}' or the linked scope(s) are invalid.`,
    gateway,
  );
}

/** What ARM says when the identity service refuses: recorded in azure-cli#31837 and others, the inner text being the service's. */
export function failedIdentityOperation(id: string, why: string, code = 'BadRequest'): ArmError {
  const inner = JSON.stringify({ error: { code, message: why } });
  return new ArmError(
    400,
    'FailedIdentityOperation',
    `Identity operation for resource '${id}' failed with error 'Failed to perform resource identity operation. Status: '${code}'. Response: '${inner}'.'.`,
  );
}

export function subscriptionNotFound(id: string): ArmError {
  return new ArmError(404, 'SubscriptionNotFound', `The subscription '${id}' could not be found.`, gateway);
}

export function resourceGroupNotFound(name: string): ArmError {
  return new ArmError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`, gateway);
}

export function resourceNamespaceInvalid(namespace: string): ArmError {
  return new ArmError(404, 'InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`, gateway);
}

/** Recorded: azure-sdk-for-js#15460, acs-engine#4037. Without known versions the last sentence is left out. */
export function resourceTypeNotFound(type: string, version: string, known: readonly string[] = []): ArmError {
  const [namespace = '', ...rest] = type.split('/');
  const supported = known.length > 0 ? ` The supported api-versions are '${known.join(',')}'.` : '';
  return new ArmError(
    404,
    'InvalidResourceType',
    `The resource type '${rest.join('/')}' could not be found in the namespace '${namespace}' for api version '${version}'.${supported}`,
    gateway,
  );
}

/** Recorded: azure-cli#21121, azure-cli#28679. */
export function resourceGroupBeingDeleted(name: string): ArmError {
  return new ArmError(
    409,
    'ResourceGroupBeingDeleted',
    `The resource group '${name}' is in deprovisioning state and cannot perform this operation.`,
    gateway,
  );
}

export function resourceNotFound(typeAndName: string, group: string): ArmError {
  return new ArmError(
    404,
    'ResourceNotFound',
    `The Resource '${typeAndName}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    gateway,
  );
}

export function locationNotAvailable(location: string, type: string, available: readonly string[]): ArmError {
  return new ArmError(
    400,
    'LocationNotAvailableForResourceType',
    `The provided location '${location}' is not available for resource type '${type}'. List of available regions for the resource type is '${available.join(',')}'.`,
    gateway,
  );
}

export function locationRequired(): ArmError {
  return new ArmError(400, 'LocationRequired', 'The location property is required for this definition.', gateway);
}

export function invalidResourceLocation(name: string, old: string, group: string, next: string): ArmError {
  return new ArmError(
    409,
    'InvalidResourceLocation',
    `The resource '${name}' already exists in location '${old}' in resource group '${group}'. A resource with the same name cannot be created in location '${next}'. Please select a new resource name.`,
    gateway,
  );
}

/** Own words. */
export function invalidResourceName(name: string, type: string, rule: string): ArmError {
  return new ArmError(400, 'InvalidResourceName', `Resource name '${name}' of type '${type}' is invalid. ${rule}`);
}

export function invalidRequestContent(detail: string): ArmError {
  return new ArmError(
    400,
    'InvalidRequestContent',
    `The request content was invalid and could not be deserialized: '${detail}'.`,
    gateway,
  );
}

export function badRequest(message: string): ArmError {
  return new ArmError(400, 'BadRequest', message);
}

export function scopeLocked(id: string, doing: 'delete' | 'write', locks: readonly string[]): ArmError {
  return new ArmError(
    409,
    'ScopeLocked',
    `The scope '${id}' cannot perform ${doing} operation because following scope(s) are locked: '${locks.join(',')}'. Please remove the lock and try again.`,
    gateway,
  );
}

export function roleAssignmentExists(existingName: string): ArmError {
  return new ArmError(
    409,
    'RoleAssignmentExists',
    `The role assignment already exists. The ID of the existing role assignment is ${hex(existingName)}.`,
  );
}

export function roleAssignmentUpdateNotPermitted(): ArmError {
  return new ArmError(
    400,
    'RoleAssignmentUpdateNotPermitted',
    'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
  );
}

export function principalNotFound(principalId: string, tenantId: string): ArmError {
  return new ArmError(
    400,
    'PrincipalNotFound',
    `Principal ${hex(principalId)} does not exist in the directory ${tenantId}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`,
  );
}

/** The text and the status are Azure's, for a version other than 2.0 too; the code is not known. */
export function conditionInvalid(): ArmError {
  return badRequest('The given role assignment condition is invalid.');
}

/** 404 on reading the role; 400 on assigning it (the latter seen in other simulators only). */
export function roleDefinitionDoesNotExist(id: string, status: 400 | 404): ArmError {
  return new ArmError(
    status,
    'RoleDefinitionDoesNotExist',
    `The specified role definition with ID '${hex(id)}' does not exist.`,
  );
}

/** The code is known, the text is not: own words. */
export function roleAssignmentNotFound(name: string): ArmError {
  return new ArmError(404, 'RoleAssignmentNotFound', `The role assignment '${name}' is not found.`);
}

export function roleAssignmentLimitExceeded(): ArmError {
  return new ArmError(400, 'RoleAssignmentLimitExceeded', 'No more role assignments can be created');
}

export function unsupportedFilter(filter: string): ArmError {
  return new ArmError(
    400,
    'UnsupportedQuery',
    `The filter '${filter}' is not supported. Supported filters are either 'atScope()' or 'principalId eq '{value}' or a combination of both.`,
  );
}
