// Signing in, as far as the core goes: links of accounts, confirmed approvals, and the steps of the page.

import type { Click } from '../approvals/click.ts';
import type { Standing } from '../approvals/judge-request.ts';
import type { RefusedAccess } from '../model/person.ts';
import type { Request } from '../model/request.ts';
import type { People } from '../people.ts';
import type { ChatMessenger, Clock, Conversations, Ids, Log, Requests } from '../ports.ts';
import type { AccountFreezes, AccountLinks, SignIns } from '../sign-in-ports.ts';
import { createLinkAccount } from './link-account.ts';
import { createSignInFlow } from './sign-in-flow.ts';
import { createStepUp } from './step-up.ts';

/** What signing in needs. */
export interface SignInDependencies {
  readonly signIns: SignIns;
  readonly links: AccountLinks;
  readonly freezes: AccountFreezes;
  readonly requests: Pick<Requests, 'get'>;
  readonly people: People;
  readonly standing: Standing;
  readonly conversations: Pick<Conversations, 'find' | 'remember' | 'personal'>;
  readonly messengers: () => readonly Pick<ChatMessenger, 'chat' | 'profile' | 'postReply'>[];
  /** Somebody was turned away before anybody knew who they are. */
  readonly onRefused: (refused: RefusedAccess) => void;
  readonly decideRequest: (click: Click) => Promise<Request>;
  /** Where the bot is reached by browsers, without a slash at its end. */
  readonly publicUrl: string;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Log;
}

/** The parts of signing in. */
export type SignInParts = ReturnType<typeof createSignInParts>;

/** Builds the parts of signing in. */
export function createSignInParts(deps: SignInDependencies) {
  const linkAccount = createLinkAccount(deps);
  const stepUp = createStepUp(deps);
  return { linkAccount, stepUp, flow: createSignInFlow({ ...deps, linkAccount, stepUp }) };
}
