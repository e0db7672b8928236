// What can be written as code: the parts of an identity, and changes of them. Independent of any language; operations and Azure's
// own state both become these.

/** A principal: an identity that the same code creates or finds, or one whose principal id is known. */
interface OfIdentity {
  readonly identityId: string;
  /** Absent: the code asks for it, by the identity's id. */
  readonly principalId?: string;
}

/** A role assignment, as it is or is to be. */
export interface RoleItem extends OfIdentity {
  readonly kind: 'role';
  readonly scope: string;
  readonly roleDefinitionId: string; // GUID
  readonly roleName: string;
  /** The ARM id of the assignment, where it exists. */
  readonly assignmentId?: string;
  readonly description?: string;
  /** Version 2.0. */
  readonly condition?: string;
  /** Milliseconds: Identity Desk removes it after that; the code does not. */
  readonly durationMs?: number;
}

/** A managed identity. */
export interface IdentityItem {
  readonly kind: 'identity';
  readonly id: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly isolationScope?: string; // Regional
  /** It exists, so that code which keeps a state has to import it. */
  readonly exists: boolean;
}

/** A federated credential. */
export interface CredentialItem {
  readonly kind: 'credential';
  readonly identityId: string;
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  readonly exists: boolean;
}

/** A resource group. */
export interface GroupItem {
  readonly kind: 'group';
  readonly subscriptionId: string;
  readonly name: string;
  readonly location: string;
}

/** Tags that replace those of an identity. */
interface TagsItem {
  readonly kind: 'tags';
  readonly identityId: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** An identity put on a resource, or taken off it. */
interface AttachmentItem {
  readonly kind: 'attachment' | 'attachment-removal';
  readonly resourceId: string;
  readonly identityId: string;
}

/** The removal of something, by its ARM id. */
interface RemovalItem {
  readonly kind: 'identity-removal' | 'role-removal' | 'credential-removal';
  readonly id: string;
}

/** One thing that code says. Things that others depend on come first. */
export type CodeItem = GroupItem | IdentityItem | CredentialItem | RoleItem | TagsItem | AttachmentItem | RemovalItem;

/** The identity and the name of a federated credential, by its ARM id. */
export function credentialNamed(id: string): { readonly identityId: string; readonly name: string } {
  const [identityId = '', name = ''] = id.split('/federatedIdentityCredentials/');
  return { identityId, name };
}

/** Items of one kind. */
export function itemsOf<K extends CodeItem['kind']>(items: readonly CodeItem[], kind: K) {
  return items.filter((item): item is Extract<CodeItem, { kind: K }> => item.kind === kind);
}
