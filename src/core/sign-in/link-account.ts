// Ties a chat account to a person by their own sign-in. The danger is a link that is passed on: somebody asks for it from their
// account and has another person sign in, who would then be taken for the owner of that account. So the page names the account and
// shows a code; only that account can enter it, and is told the name that it is going to bear before it says yes.

import type { Standing } from '../approvals/judge-request.ts';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { fold } from '../model/fold.ts';
import { accountOf, type Person, personKey, type RefusedAccess, type Sender } from '../model/person.ts';
import type { AccountLink, SignedIn, SignInTicket } from '../model/sign-in.ts';
import { AccessRefused, type People } from '../people.ts';
import type { ChatMessenger, Clock, Conversations, Ids } from '../ports.ts';
import type { AccountFreezes, AccountLinks, SignIns } from '../sign-in-ports.ts';
import { accountData, accountEntry, askAgain, offerTicket, throwUnlessLive } from './ticket.ts';

/** Wrong codes until the sign-ins of an account are void. */
const mostWrongCodes = 5;

export interface LinkDependencies {
  readonly signIns: SignIns;
  readonly links: AccountLinks;
  readonly freezes: AccountFreezes;
  readonly people: People;
  readonly standing: Standing;
  readonly conversations: Pick<Conversations, 'find' | 'remember' | 'personal'>;
  readonly messengers: () => readonly Pick<ChatMessenger, 'chat' | 'profile' | 'postReply'>[];
  /** Somebody was turned away before anybody knew who they are. */
  readonly onRefused: (refused: RefusedAccess) => void;
  readonly publicUrl: string;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** Links and unlinks chat accounts. */
export type LinkAccount = ReturnType<typeof createLinkAccount>;

/** The hash of a code as it is kept. Letters that look like digits are taken for them. */
export function codeHashOf(ids: Pick<Ids, 'sha256'>, tokenHash: string, code: string): string {
  const read = code
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  return ids.sha256(`${tokenHash}:${read}`);
}

/** Builds the linking of accounts. */
export function createLinkAccount(deps: LinkDependencies) {
  const { signIns, clock, ids } = deps;

  /** Throws AccessRefused where the chat's own word is that the account is nobody whom the bot serves. */
  async function throwUnlessServed(sender: Sender, conversation: string): Promise<void> {
    if (sender.entraId !== undefined) {
      await deps.people.resolvePerson(sender, conversation, true);
      return;
    }
    const messenger = deps.messengers().find(({ chat }) => chat === sender.chat);
    const profile = await messenger?.profile(sender, conversation);
    if (!profile) {
      throw new Fault('unavailable', 'Your chat account could not be looked up.', {
        next: `${nothingChanged} Try again in a minute.`,
      });
    }
    if (profile.refusal !== undefined || profile.isGuest) {
      const reason = profile.reason ?? 'guest';
      deps.onRefused({ reason, account: accountOf(sender), name: sender.name });
      throw new AccessRefused(reason, profile.refusal ?? 'Guest accounts cannot use Identity Desk.');
    }
  }

  /** Whom the account is taken for without the sign-in; undefined where nothing says who it is. */
  async function knownAs({ sender, conversation }: SignInTicket): Promise<Person | undefined> {
    try {
      return await deps.people.resolvePerson(sender, conversation, true);
    } catch (error) {
      const isNobody = error instanceof AccessRefused && /^(unknown|no-verified-email)$/.test(error.reason);
      if (isNobody) return undefined;
      throw error;
    }
  }

  /** Throws Fault where the account is held back, and it is not its owner who signed in: they would free it, then unlink it. */
  async function throwIfHeldBack(sender: Sender, { entraId, address, name }: SignedIn): Promise<void> {
    const freeze = await deps.freezes.of(accountOf(sender));
    const keys = [personKey({ entraId }), ...(address === undefined ? [] : [personKey({ email: address })])];
    if (!freeze || keys.includes(freeze.personKey)) return;
    throw new Fault('not-allowed', `This chat account is held back, and was not ${name}’s when that was reported.`, {
      next: `${nothingChanged} Its owner can sign in, or another approver of ${freeze.requestId} can enter unfreeze ${freeze.requestId}.`,
    });
  }

  /** Throws Fault where the account cannot be linked to who signed in. */
  async function checkSignedIn(ticket: SignInTicket, who: SignedIn): Promise<void> {
    await throwUnlessServed(ticket.sender, ticket.conversation);
    await throwIfHeldBack(ticket.sender, who);
    const { entraId, name } = who;
    if (!(await deps.standing.isServed({ key: personKey({ entraId }), name, entraId }))) {
      throw new Fault('not-allowed', `The directory does not have ${name} as an active member.`, {
        next: `${nothingChanged} If this is wrong, contact your Identity Desk administrator.`,
      });
    }
    const known = await knownAs(ticket);
    if (known?.entraId !== undefined && fold(known.entraId) !== who.entraId) {
      const isLinked = known.knownBy?.how === 'sign-in';
      throw new Fault('not-allowed', `This chat account belongs to ${known.name}, and ${who.name} signed in.`, {
        next: isLinked
          ? `${nothingChanged} To link it to somebody else, enter unlink first.`
          : `${nothingChanged} Sign in as ${known.name}. If this is wrong, have the address of the chat account or of the directory entry corrected.`,
      });
    }
  }

  /** The sign-in of this account whose page shows the code. Throws Fault; wrong codes are counted. */
  async function ticketOf(sender: Sender, code: string): Promise<SignInTicket & { readonly signedIn: SignedIn }> {
    const now = clock.now();
    const all = await signIns.ofAccount(accountOf(sender), now.toISOString());
    const waiting = all.filter(({ state, purpose }) => state === 'signed-in' && purpose.kind === 'link');
    const found = waiting.find(({ tokenHash, codeHash }) => codeHash === codeHashOf(ids, tokenHash, code));
    if (found?.signedIn) return { ...found, signedIn: found.signedIn };
    let left = mostWrongCodes;
    for (const { tokenHash } of waiting) {
      await signIns.change(tokenHash, (current) => {
        if (current.state !== 'signed-in') return undefined;
        const wrongCodes = current.wrongCodes + 1;
        left = Math.min(left, mostWrongCodes - wrongCodes);
        const reason = 'Too many wrong codes.';
        const data = { ...accountData(sender), reason, entraId: current.signedIn?.entraId ?? null };
        return wrongCodes < mostWrongCodes
          ? { ticket: { ...current, wrongCodes } }
          : {
              ticket: { ...current, wrongCodes, state: 'refused' },
              audit: [accountEntry(sender, now, { event: 'link.refused', data })],
            };
      });
    }
    throw new Fault('bad-input', 'This code does not belong to a sign-in of this chat account.', {
      next:
        waiting.length === 0 || left <= 0
          ? `${nothingChanged} Enter link for a new sign-in link.`
          : `${nothingChanged} Enter the code that the sign-in page shows you, from the account that asked for the link.`,
      param: 'code',
    });
  }

  /** Tells the person in their other chats: somebody may have talked them into it. Best effort. */
  async function tellOtherChats({ chat, userId, entraId }: AccountLink, conversation: string): Promise<void> {
    const text = `A chat account (${chat}, ${userId}) is linked to you from now on, by your sign-in. If it is not yours, enter unlink all.`;
    const own = await deps.conversations.personal(personKey({ entraId }));
    for (const { chat: name, id } of own.filter((one) => one.id !== conversation)) {
      const messenger = deps.messengers().find((one) => one.chat === name);
      await messenger?.postReply({ conversation: id }, text);
    }
  }

  return {
    checkSignedIn,

    /** A one-time link for the account. Throws Fault. */
    async offer(sender: Sender, conversation: string): Promise<string> {
      await throwUnlessServed(sender, conversation);
      const entry = accountEntry(sender, clock.now(), { event: 'link.offered', data: accountData(sender) });
      return offerTicket(deps, { kind: 'link' }, { sender, conversation }, entry);
    },

    /** Who signed in, for the account to say whether that is its owner. Nothing is linked yet. */
    async signedInBy(sender: Sender, code: string): Promise<SignedIn> {
      return (await ticketOf(sender, code)).signedIn;
    },

    /** The account says that it is its owner who signed in. */
    async confirm(sender: Sender, conversation: string, code: string): Promise<AccountLink> {
      const ticket = await ticketOf(sender, code);
      const { signedIn: who } = ticket;
      await checkSignedIn({ ...ticket, sender, conversation }, who);
      const now = clock.now();
      const { entraId, tenantId, name, authTime, sessionHash, amr } = who;
      const proof = { authTime, sessionHash, amr };
      const link = { ...accountOf(sender), entraId, tenantId, name, linkedAt: now.toISOString(), by: proof };
      const data = { ...accountData(sender), entraId, tenantId, proof };
      const isFrozen = (await deps.freezes.of(accountOf(sender))) !== undefined;
      const lifted = { event: 'account.unfrozen', data: { ...accountData(sender), how: 'sign-in' } } as const;
      const audit = [
        accountEntry(sender, now, { event: 'link.confirmed', data }),
        ...(isFrozen ? [accountEntry(sender, now, lifted)] : []),
      ];
      let isDone = false;
      await signIns.change(ticket.tokenHash, (current) => {
        throwUnlessLive(current, now);
        isDone = current.state === 'signed-in';
        return isDone ? { ticket: { ...current, state: 'used' }, link, audit, endsFreeze: isFrozen } : undefined;
      });
      if (!isDone) throw new Fault('stale', 'This sign-in was used already.', { next: askAgain });
      // Cards and receipts of theirs go to this chat too from now on.
      const own = await deps.conversations.find(sender.chat, conversation);
      if (own?.isPersonal) await deps.conversations.remember({ ...own, personKey: personKey({ entraId }) });
      await tellOtherChats(link, conversation);
      // Renews what is cached of the account. It is linked, whatever comes of that.
      await deps.people.resolvePerson(sender, conversation, true).catch(() => undefined);
      return link;
    },

    /** The account says that somebody else signed in. */
    async refuse(sender: Sender, code: string): Promise<void> {
      const { tokenHash, signedIn } = await ticketOf(sender, code);
      const data = { ...accountData(sender), reason: 'That is not me.', entraId: signedIn.entraId };
      const entry = accountEntry(sender, clock.now(), { event: 'link.refused', data });
      let isDone = false;
      await signIns.change(tokenHash, (current) => {
        isDone = current.state === 'signed-in';
        return isDone ? { ticket: { ...current, state: 'refused' }, audit: [entry] } : undefined;
      });
      // Confirmed a moment ago: it must not be told that nothing is linked.
      if (!isDone)
        throw new Fault('stale', 'This sign-in was used already.', { next: 'To take the link back, enter unlink.' });
    },

    /** Removes every link to the person who speaks, whatever account it is of. Returns how many. Throws Fault. */
    async unlinkAll(sender: Sender, conversation: string): Promise<number> {
      const { key, name, entraId } = await deps.people.resolvePerson(sender, conversation, true);
      if (entraId === undefined) return 0;
      const removed = await deps.links.removeAll(entraId, (link) => {
        const data = { ...accountData(link), entraId };
        return { at: clock.now().toISOString(), actor: key, actorName: name, event: 'link.removed', data };
      });
      return removed.length;
    },

    /** Removes the account's link. False where there is none. */
    async unlink(sender: Sender, conversation: string): Promise<boolean> {
      const isRemoved = await deps.links.remove(accountOf(sender), ({ entraId }) =>
        accountEntry(sender, clock.now(), { event: 'link.removed', data: { ...accountData(sender), entraId } }),
      );
      // Whoever it is taken for now, if anybody, takes the place of what is cached.
      await deps.people.resolvePerson(sender, conversation, true).catch(() => undefined);
      return isRemoved;
    },
  };
}
