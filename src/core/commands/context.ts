// The context that a command runs in.

import type { Explanation } from '../approvals/explanation.ts';
import type { VisibleAudit } from '../audit-visibility.ts';
import type { AzureReader } from '../azure-ports.ts';
import type { Grants } from '../grant-ports.ts';
import type { DrawGraph } from '../graph/draw-graph.ts';
import type { Person } from '../model/person.ts';
import type { Policy, PolicyFacts } from '../model/policy.ts';
import type { Request } from '../model/request.ts';
import type { Portal } from '../portal.ts';
import type { Audit, Clock, Ids, TextTools } from '../ports.ts';
import type { VisibleRequests } from '../visible-requests.ts';

/** When an identity was last asked about, and whether it has a temporary grant. */
export interface LastUse {
  /** ISO 8601: when its newest request last changed. Absent: there is none. */
  readonly requestedAt?: string;
  readonly hasGrant: boolean;
}

/** The readers and services of a command. */
export interface CommandContext {
  readonly azure: AzureReader;
  readonly requests: VisibleRequests;
  readonly audit: Pick<Audit, 'of'>;
  /** Temporary grants, whoever asked for them: only for what the person may change or see. */
  readonly grants: Grants;
  /** What the record knows of an identity, whoever asked for it: only for one that the person may see. */
  lastUse(identityId: string): Promise<LastUse>;
  /** The whole record, for a command that looks at it; nothing for any other. */
  readonly record: VisibleAudit;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly textTools: TextTools;
  readonly portal: Portal;
  /** Absent: nothing is drawn. */
  readonly drawGraph?: DrawGraph;
  readonly policy: Policy;
  /** How many mistakes keep a newer text of the policy file from taking effect. */
  readonly policyProblems: number;
  /** The facts about the person that the command needs for the policy. */
  readonly facts: PolicyFacts;
  readonly person: Person;
  /** Whether the person may see all roles of an identity, not only those in their command. */
  mayShow(identityId: string): Promise<boolean>;
  /** Whether the person may approve or deny the request, now or in a later stage. */
  mayDecide(request: Request): Promise<boolean>;
  /** The typed command with one argument replaced: the command of a “Which one?” button. */
  rewrite(param: string, value: string): string;
}

/** Explains a line to the person, as it would be for them or for whom has the email. Throws Fault. */
type ExplainForPerson = (line: string, email?: string) => Promise<Explanation>;

/** A context whose readers show only what this person may see. Only core/authorise.ts makes one. */
export interface AuthorisedContext extends CommandContext {
  readonly isAuthorised: true;
  /** For a command that looks at a line. */
  readonly explainLine?: ExplainForPerson;
}
