// What a command may use while it reads and plans.

import type { Policy } from '../approvals/policy.ts';
import type { AzureReader } from '../azure-ports.ts';
import type { CommandDefinition } from '../grammar/define.ts';
import type { Person } from '../model/person.ts';
import type { Audit, Clock, Ids, Requests, TextTools } from '../ports.ts';

export interface CommandContext {
  readonly azure: AzureReader;
  readonly requests: Requests;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly textTools: TextTools;
  readonly policy: Policy;
  readonly person: Person;
  readonly commands: readonly CommandDefinition[];
  /** The line that was typed with one argument replaced: what a “which one?” button says. */
  rewrite(param: string, value: string): string;
}
