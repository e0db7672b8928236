// Sign-ins that are refused: of another tenant, of guests, without what is needed, of a session from before.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser, codeOn, signIn, words } from './browser.ts';
import { humans } from './entra.ts';
import { type SignInWorld, somebody, startWorld } from './world.ts';

let world: SignInWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.entra.human = humans.megan;
  world.entries.splice(0);
});

describe('a sign-in is refused', () => {
  const cases = {
    'of another tenant': [{ tid: '7e4a0000-0000-4000-8000-00000000000b' }, 'another organization'],
    'of a guest, by the identity provider': [
      { idp: 'https://sts.windows.net/7e4a0000-0000-4000-8000-00000000000b/' },
      'Guest',
    ],
    'of a guest, by the account’s kind': [{ acct: 1 }, 'Guest'],
    'of a guest, by the name': [{ preferred_username: 'eve_evil.example#EXT#@contoso.com' }, 'Guest'],
    'without an object id': [{ oid: null }, 'did not say all that is needed (oid)'],
    'without a tenant': [{ tid: null }, 'did not say all that is needed (tid)'],
  } as const;
  it.each(Object.entries(cases))('%s', async (_what, [claims, said]) => {
    const sender = somebody();
    world.entra.human = { ...humans.megan, claims };
    const browser = new Browser();
    const url = await world.linkAccount.offer(sender, 'c');
    const page = await signIn(url, browser);
    expect(words(page)).toContain(said);
    expect(words(page)).toContain('Nothing was changed');
    expect(codeOn(page)).toBe('');
    expect(words(await browser.open(url))).toContain('This sign-in was refused');
    expect(world.events()).toEqual(['link.offered', 'link.refused']);
  });

  it('of a session from before', async () => {
    world.entra.human = { ...humans.megan, signedInAt: Math.floor(Date.now() / 1000) - 120 };
    expect(words(await signIn(await world.linkAccount.offer(somebody(), 'c')))).toContain('did not sign in again');
  });

  it('of somebody whom the directory has switched off, or knows as another for this account', async () => {
    const off = { ...humans.adele, oid: '0ff00000-0000-4000-8000-000000000009' };
    world.directory.set(off.oid, world.user(humans.adele, { entraId: off.oid, emails: [], isEnabled: false }));
    world.entra.human = off;
    const sender = somebody();
    const refused = words(await signIn(await world.linkAccount.offer(sender, 'c')));
    expect(refused).toContain('does not have Adele Vance as an active member');
    const alex = somebody('alex');
    world.profiles.set(alex.userId, { email: 'alex@contoso.com' });
    world.entra.human = humans.megan;
    const said = words(await signIn(await world.linkAccount.offer(alex, 'c')));
    expect(said).toContain('belongs to Alex Wilber, and Megan Bowen signed in');
    expect(await world.links.of(alex)).toBeUndefined();
  });

  it('but one that was given up can be tried again', async () => {
    world.entra.human = undefined;
    const browser = new Browser();
    const url = await world.linkAccount.offer(somebody(), 'c');
    const page = await signIn(url, browser);
    expect(words(page)).toContain('cancelled or refused');
    expect(page.text).not.toContain('closed');
    world.entra.human = humans.megan;
    expect(codeOn(await signIn(url, browser))).not.toBe('');
  });
});
