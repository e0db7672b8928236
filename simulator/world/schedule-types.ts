// What Privileged Identity Management keeps: schedules, requests for them, who is eligible, what is demanded. Plain data, as in types.ts.

export type PrincipalType = 'User' | 'Group' | 'ServicePrincipal' | 'ForeignGroup';

/** What Privileged Identity Management gives for a time: from `startsAt` on there is an assignment, until `endsAt`. */
export interface RoleSchedule {
  /** A GUID. */
  name: string;
  /** The request that made it. */
  request: string;
  scope: string;
  roleDefinitionId: string;
  principalId: string;
  principalType: PrincipalType;
  condition: string | null;
  conditionVersion: string | null;
  /** `Activated`: by somebody who is eligible. */
  assignmentType: 'Assigned' | 'Activated';
  /** The eligibility that was activated. */
  eligibility?: string | undefined;
  /** Milliseconds since 1970, as are all the times here. No end: until it is taken away. */
  startsAt: number;
  endsAt?: number | undefined;
  createdAt: number;
  updatedAt: number;
  createdBy: string | null;
  /** The role assignment that it has made; undefined before the start. */
  assignment?: string | undefined;
}

/** Who may activate a role. */
export interface RoleEligibility {
  name: string;
  scope: string;
  roleDefinitionId: string;
  principalId: string;
  principalType: PrincipalType;
  startsAt: number;
  endsAt?: number | undefined;
  createdAt: number;
}

/** A request as it was made, and what became of it. */
export interface RoleScheduleRequest {
  name: string;
  scope: string;
  roleDefinitionId: string;
  principalId: string;
  principalType: PrincipalType;
  requestType: string;
  status: string;
  /** The schedule that it made, changed or ended. */
  schedule: string | null;
  expiration: { type: string; endDateTime: string | null; duration: string | null };
  startsAt: number;
  justification: string | null;
  ticketInfo: { ticketNumber: string | null; ticketSystem: string | null };
  condition: string | null;
  conditionVersion: string | null;
  requestorId: string;
  createdAt: number;
}

/** What is demanded of schedules of a role at a scope; Azure's own demands where there is none. Durations are of ISO 8601. */
export interface RolePolicy {
  scope: string;
  roleDefinitionId: string;
  /** The longest that an administrator may assign for, and whether there must be an end. */
  longestAssignment: string;
  endRequired: boolean;
  /** The longest that somebody may activate for. */
  longestActivation: string;
  justificationRequired: boolean;
}
