// What a command may use while it reads and plans.

import type { AzureReader } from '../azure-ports.ts';
import type { Person } from '../model/person.ts';
import type { Policy, PolicyFacts } from '../model/policy.ts';
import type { Request } from '../model/request.ts';
import type { Audit, Clock, Ids, TextTools } from '../ports.ts';
import type { VisibleRequests } from '../visibility.ts';

export interface CommandContext {
  readonly azure: AzureReader;
  readonly requests: VisibleRequests;
  readonly audit: Pick<Audit, 'of'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly textTools: TextTools;
  readonly policy: Policy;
  /** What is known of the person, as far as the command needs it. */
  readonly facts: PolicyFacts;
  readonly person: Person;
  /** Whether the person may be shown what an identity holds besides what they name. */
  mayShow(identityId: string): Promise<boolean>;
  /** Whether the person may decide on the request, at its turn. */
  mayDecide(request: Request): Promise<boolean>;
  /** The line that was typed with one argument replaced: what a “which one?” button says. */
  rewrite(param: string, value: string): string;
}

/** A context whose readers show only what this person may see. Only core/authorise.ts makes one. */
export interface AuthorisedContext extends CommandContext {
  readonly isAuthorised: true;
}
