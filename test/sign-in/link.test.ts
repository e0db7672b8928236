// Linking a chat account by a sign-in, over HTTP and before a real OpenID Connect server; the attacks first.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser, codeOn, signIn, words } from './browser.ts';
import { humans } from './entra.ts';
import { inSlack, type SignInWorld, somebody, startWorld } from './world.ts';

let world: SignInWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.entra.human = humans.megan;
  world.entries.splice(0);
});

describe('a chat account that the directory does not know', () => {
  it('is linked by its owner’s sign-in: link, page, code, confirmation in the chat', async () => {
    const sender = somebody();
    await expect(world.people.resolvePerson(sender, 'c')).rejects.toMatchObject({ reason: 'no-verified-email' });
    const browser = new Browser();
    const first = await browser.open(await world.linkAccount.offer(sender, 'c'));
    expect(words(first)).toMatch(/Whoever signs in here.*Slack.*Account megs.*Workspace T0.*do not continue/);
    const page = await browser.submit(first);
    expect(words(page)).toContain('You signed in as Megan Bowen (megan@contoso.com)');
    // Nothing of the sign-in stands in the address that stays.
    expect(page.url.searchParams.has('code')).toBe(false);
    // The same page again after a reload.
    expect(codeOn(await browser.open(page.url))).toBe(codeOn(page));
    expect(await world.links.of(sender)).toBeUndefined();
    const typed = ` ${codeOn(page).toLowerCase().replace('-', '')} `;
    expect(await world.linkAccount.signedInBy(sender, typed)).toMatchObject({ name: 'Megan Bowen' });
    expect(await world.links.of(sender)).toBeUndefined();
    await world.linkAccount.confirm(sender, 'c', typed);
    const person = await world.people.resolvePerson(sender, 'c');
    expect(person).toMatchObject({ key: `entra:${humans.megan.oid}`, knownBy: { how: 'sign-in' } });
    expect(world.events()).toEqual(['link.offered', 'link.confirmed']);
    expect(world.entries.at(-1)?.data).toMatchObject({ entraId: humans.megan.oid, proof: { amr: ['pwd', 'mfa'] } });
    // Once.
    await expect(world.linkAccount.confirm(sender, 'c', typed)).rejects.toMatchObject({ code: 'bad-input' });
    expect(await world.linkAccount.unlink(sender, 'c')).toBe(true);
    await expect(world.people.resolvePerson(sender, 'c')).rejects.toMatchObject({ reason: 'no-verified-email' });
  });

  it('asks for a fresh sign-in with PKCE, state and nonce', async () => {
    await signIn(await world.linkAccount.offer(somebody(), 'c'));
    const asked = Object.fromEntries(world.entra.authorize?.searchParams ?? []);
    expect(asked).toMatchObject({
      prompt: 'login',
      max_age: '0',
      response_type: 'code',
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name]).toMatch(/^[\w-]{43}$/);
  });
});

describe('a link that is passed on', () => {
  it('ties nobody: the victim’s sign-in alone is not enough, and only the account that asked can go on', async () => {
    const [eve, megan] = [somebody('eve'), somebody('megan')];
    const page = await signIn(await world.linkAccount.offer(eve, 'c'));
    expect(words(page)).toContain('Account eve');
    expect(words(page)).toContain('Nothing is linked until you do');
    // Eve has no code; Megan's own account cannot use it.
    await expect(world.linkAccount.confirm(eve, 'c', 'AAAA-AAAA')).rejects.toMatchObject({ code: 'bad-input' });
    await expect(world.linkAccount.confirm(megan, 'c', codeOn(page))).rejects.toMatchObject({ code: 'bad-input' });
    expect(await world.links.of(eve)).toBeUndefined();
    expect(await world.links.of(megan)).toBeUndefined();
  });

  it('cannot have its code guessed: after five wrong ones the sign-in is void', async () => {
    const eve = somebody('eve');
    const page = await signIn(await world.linkAccount.offer(eve, 'c'));
    for (let tries = 0; tries < 5; tries++) {
      await expect(world.linkAccount.signedInBy(eve, `0000-000${tries}`)).rejects.toMatchObject({ code: 'bad-input' });
    }
    await expect(world.linkAccount.signedInBy(eve, codeOn(page))).rejects.toMatchObject({ code: 'bad-input' });
    expect(world.events()).toEqual(['link.offered', 'link.refused']);
  });

  it('is refused in the chat where another name comes up than that of its owner', async () => {
    const victim = somebody('victim');
    world.entra.human = humans.adele;
    const page = await signIn(await world.linkAccount.offer(victim, 'c'));
    expect(await world.linkAccount.signedInBy(victim, codeOn(page))).toMatchObject({ name: 'Adele Vance' });
    await world.linkAccount.refuse(victim, codeOn(page));
    await expect(world.linkAccount.confirm(victim, 'c', codeOn(page))).rejects.toMatchObject({ code: 'bad-input' });
    expect(world.events()).toEqual(['link.offered', 'link.refused']);
  });

  it('is told to whoever was talked into it, in their other chats, and is taken back from there', async () => {
    const eve = somebody('eve');
    const personKey = `entra:${humans.megan.oid}`;
    await world.conversations.remember({ chat: 'slack', id: 'own-chat', isPersonal: true, personKey, reference: {} });
    const page = await signIn(await world.linkAccount.offer(eve, 'c'));
    await world.linkAccount.confirm(eve, 'c', codeOn(page));
    expect(world.said).toEqual([expect.stringMatching(/^own-chat: .*is linked to you.*unlink all/)]);
    const megan = somebody('megan');
    world.profiles.set(megan.userId, { email: 'megan@contoso.com' });
    expect(await world.linkAccount.unlinkAll(megan, 'c')).toBeGreaterThan(0);
    await expect(world.people.resolvePerson(eve, 'c')).rejects.toMatchObject({ reason: 'no-verified-email' });
    expect(world.entries.at(-1)).toMatchObject({ event: 'link.removed', actor: personKey });
  });

  it('belongs to the first browser that begins, and to that browser alone', async () => {
    const url = await world.linkAccount.offer(somebody(), 'c');
    const [mine, other] = [new Browser(), new Browser()];
    // Previews open it too: that uses nothing up.
    const [start, theirs] = [await mine.open(url), await other.open(url)];
    const page = await mine.submit(start);
    expect(codeOn(page)).not.toBe('');
    expect(words(await other.submit(theirs))).toContain('opened already');
    const foreign = await other.open(page.url);
    expect([foreign.status, words(foreign)]).toEqual([403, expect.stringContaining('belongs to another browser')]);
    expect(foreign.text).not.toContain(codeOn(page));
    const callback = mine.visited.find(({ pathname }) => pathname === '/sign-in/callback');
    expect((await other.open(callback ?? '')).status).toBe(403);
    expect(words(await mine.open(callback ?? ''))).toContain('completed already');
  });

  it('is no use to a page that submits it for somebody else’s browser', async () => {
    const url = await world.linkAccount.offer(somebody('eve'), 'c');
    const [eve, megan] = [new Browser(), new Browser()];
    const start = await eve.open(url);
    await megan.open(url);
    expect((await megan.submit(start)).status).toBe(403);
    const own = await megan.open(url);
    expect((await megan.submit(own, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await megan.submit(own, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await megan.submit(own, { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    expect((await megan.submit(own, { fields: { more: 'x'.repeat(5_000) } })).status).toBe(413);
  });
});

describe('an account that is held back', () => {
  const frozen = (of: ReturnType<typeof somebody>, key: string) => {
    const account = { chat: of.chat, userId: of.userId };
    const at = '2026-01-01T00:00:00.000Z';
    const data = { chat: of.chat, account: of.userId };
    return world.freezes.freeze(
      { ...account, since: at, requestId: 'R-000001', personKey: key },
      { at, actor: key, actorName: 'Megan', event: 'account.frozen', data },
    );
  };

  it('is freed by its owner’s sign-in, and not by that of whoever has taken it, links it to themselves and unlinks it again', async () => {
    const taken = somebody();
    await frozen(taken, `entra:${humans.megan.oid}`);
    world.entra.human = humans.adele;
    expect(words(await signIn(await world.linkAccount.offer(taken, 'c')))).toMatch(/held back.*Nothing was changed/);
    expect(await world.links.of(taken)).toBeUndefined();
    expect(await world.freezes.of(taken)).toBeDefined();
    world.entra.human = humans.megan;
    const page = await signIn(await world.linkAccount.offer(taken, 'c'));
    await world.linkAccount.confirm(taken, 'c', codeOn(page));
    expect(await world.freezes.of(taken)).toBeUndefined();
    expect(world.events().slice(-2)).toEqual(['link.confirmed', 'account.unfrozen']);
  });

  it('is freed by the owner of the address that it was known by', async () => {
    const known = somebody();
    await frozen(known, `mail:${humans.megan.address}`);
    const page = await signIn(await world.linkAccount.offer(known, 'c'));
    await world.linkAccount.confirm(known, 'c', codeOn(page));
    expect(await world.freezes.of(known)).toBeUndefined();
  });
});

describe('a link', () => {
  it('that was confirmed a moment ago is not told to be refused', async () => {
    const sender = somebody();
    const page = await signIn(await world.linkAccount.offer(sender, 'c'));
    const { signIns } = world;
    const { ofAccount } = signIns;
    const before = await ofAccount(sender, new Date(0).toISOString());
    await world.linkAccount.confirm(sender, 'c', codeOn(page));
    // “That is not me” looked just before.
    signIns.ofAccount = async () => before;
    await expect(world.linkAccount.refuse(sender, codeOn(page))).rejects.toMatchObject({ code: 'stale' });
    signIns.ofAccount = ofAccount;
    expect(await world.links.of(sender)).toBeDefined();
    expect(world.events()).not.toContain('link.refused');
  });

  it('is over after ten minutes, at every step', async () => {
    const sender = somebody();
    const url = await world.linkAccount.offer(sender, 'c');
    const page = await signIn(url);
    world.goOn(10 * 60_000);
    expect(words(await new Browser().open(url))).toContain('This link has expired');
    await expect(world.linkAccount.signedInBy(sender, codeOn(page))).rejects.toMatchObject({ code: 'bad-input' });
    world.goOn(-10 * 60_000);
  });

  it('is kept as a hash, and given out six times an hour', async () => {
    const sender = somebody();
    const token = new URL(await world.linkAccount.offer(sender, 'c')).searchParams.get('t') ?? '';
    expect(token).toHaveLength(43);
    expect(JSON.stringify([...world.tickets])).not.toContain(token);
    for (let given = 1; given < 6; given++) await world.linkAccount.offer(sender, 'c');
    await expect(world.linkAccount.offer(sender, 'c')).rejects.toThrow('Too many sign-in links');
    await world.linkAccount.offer(somebody(), 'c');
  });

  it('is not given to guests of the chat', async () => {
    const guest = somebody();
    world.profiles.set(guest.userId, { isGuest: true });
    await expect(world.linkAccount.offer(guest, 'c')).rejects.toMatchObject({ reason: 'guest' });
  });

  it('that the directory contradicts later serves nobody', async () => {
    const sender = somebody();
    const page = await signIn(await world.linkAccount.offer(sender, 'c'));
    await world.linkAccount.confirm(sender, 'c', codeOn(page));
    world.profiles.set(sender.userId, { email: 'adele@contoso.com' });
    await expect(world.people.resolvePerson(sender, 'c')).rejects.toMatchObject({ reason: 'link-conflict' });
    world.profiles.set(sender.userId, { email: 'megan@contoso.com' });
    expect(await world.people.resolvePerson(sender, 'c')).toMatchObject({ name: 'Megan Bowen' });
  });
});

describe('the page', () => {
  it('says nothing to others, runs nothing, and is framed by nobody', async () => {
    const sender = inSlack('T0:U777', '<script>alert(1)</script>\u202e');
    const page = await new Browser().open(await world.linkAccount.offer(sender, 'c'));
    expect(page.text).not.toContain('<script');
    expect(page.text).toContain('&lt;script&gt;');
    expect(page.text).toContain('[U+202E]');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain(`form-action 'self' ${world.entra.issuer}`);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('same-origin');
    expect(page.headers.get('set-cookie')).toMatch(/^sign-in=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
    expect((await new Browser().open(`${world.publicUrl}/sign-in?t=nothing`)).status).toBe(400);
  });
});
