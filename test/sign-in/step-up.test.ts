// Confirming an approval by a sign-in, over HTTP and before a real OpenID Connect server: it counts for exactly this person, this
// request and this plan, once.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../../src/core/model/person.ts';
import { aRequest } from '../store/fixtures/request.ts';
import { Browser, type Page, words } from './browser.ts';
import { humans } from './entra.ts';
import { inSlack, type SignInWorld, startWorld } from './world.ts';

let world: SignInWorld;
const sender = inSlack('T0:UMEGAN', 'megan.bowen');
const megan: Person = { key: `entra:${humans.megan.oid}`, name: 'Megan Bowen', entraId: humans.megan.oid };
const id = 'R-000001';
beforeAll(async () => {
  world = await startWorld();
  world.profiles.set(sender.userId, { email: 'megan@contoso.com' });
});
afterAll(() => world.close());
beforeEach(() => {
  world.tickets.clear();
  world.entries.splice(0);
  world.decisions.splice(0);
  world.entra.human = humans.megan;
  world.requests.set(id, aRequest(id, { digest: 'digest-of-the-plan' }));
});

const offer = (by = megan) =>
  world.stepUp.offer({ requestId: id, digest: 'digest-of-the-plan', revision: 1, comment: 'fine' }, by, {
    sender,
    conversation: 'D1',
  });

async function signedIn(browser = new Browser(), url?: string): Promise<Page> {
  return browser.submit(await browser.open(url ?? (await offer())));
}

describe('an approval', () => {
  it('is recorded with the sign-in’s proof once its approver has confirmed it on the page', async () => {
    const browser = new Browser();
    const first = await browser.open(await offer());
    const { plan, requester } = aRequest(id);
    const about = [plan.summary, requester.name, 'digest-of-th'];
    for (const said of ['megan.bowen', 'UMEGAN']) expect(words(first)).toContain(said);
    // Nothing of the request to whoever has the link: nobody has signed in yet.
    for (const said of [...about, id]) expect(words(first)).not.toContain(said);
    const page = await browser.submit(first);
    for (const said of about) expect(words(page)).toContain(said);
    expect(words(page)).toContain('You signed in as Megan Bowen (megan@contoso.com)');
    // The sign-in alone decides nothing.
    expect(world.decisions).toEqual([]);
    const done = await browser.submit(page);
    expect(words(done)).toContain('Your approval is recorded');
    expect(world.decisions).toEqual([
      expect.objectContaining({
        verb: 'request.approve',
        requestId: id,
        by: expect.objectContaining({ key: megan.key }),
        account: { chat: 'slack', userId: sender.userId },
        comment: 'fine',
        signIn: {
          digest: 'digest-of-the-plan',
          revision: 1,
          proof: {
            authTime: expect.any(String),
            sessionHash: expect.stringMatching(/^[0-9a-f]{64}$/),
            amr: ['pwd', 'mfa'],
          },
        },
      }),
    ]);
    // Once.
    expect(words(await browser.submit(page))).toContain('used already');
    expect(world.decisions).toHaveLength(1);
    expect(world.events()).toEqual(['step-up.offered']);
  });

  it('is not recorded twice by a double click', async () => {
    const browser = new Browser();
    const page = await signedIn(browser);
    await Promise.all([browser.submit(page), browser.submit(page), browser.submit(page)]);
    expect(world.decisions).toHaveLength(1);
  });

  it('is nobody else’s to confirm', async () => {
    world.entra.human = humans.adele;
    const browser = new Browser();
    const url = await offer();
    expect(words(await signedIn(browser, url))).toMatch(/Adele Vance signed in, but somebody else.*not counted/);
    expect(words(await browser.open(url))).toContain('was refused');
    expect(world.events()).toEqual(['step-up.offered', 'step-up.refused']);
    expect(world.entries.at(-1)).toMatchObject({ requestId: id, data: { entraId: humans.adele.oid } });
    expect(world.decisions).toEqual([]);
  });

  it('is for the plan that was shown: of another one nothing is confirmed', async () => {
    const browser = new Browser();
    const page = await signedIn(browser);
    world.requests.set(id, aRequest(id, { digest: 'another-plan', revision: 2 }));
    expect(words(await browser.open(page.url))).toContain('The plan has changed');
    const other = new Browser();
    world.requests.set(id, aRequest(id, { digest: 'digest-of-the-plan' }));
    const start = await other.open(await offer());
    world.requests.set(id, aRequest(id, { digest: 'another-plan', revision: 2 }));
    expect(words(await other.submit(start))).toContain('The plan has changed');
    expect(world.decisions).toEqual([]);
  });

  it('needs a sign-in of now: not of a session, and not of ten minutes ago', async () => {
    world.entra.human = { ...humans.megan, signedInAt: Math.floor(Date.now() / 1000) - 300 };
    expect(words(await signedIn())).toContain('did not sign in again');
    world.entra.human = humans.megan;
    const browser = new Browser();
    const page = await signedIn(browser);
    world.goOn(10 * 60_000);
    expect(words(await browser.submit(page))).toContain('expired');
    world.goOn(-10 * 60_000);
    expect(world.decisions).toEqual([]);
  });

  it('is confirmed by its own browser’s form alone', async () => {
    const browser = new Browser();
    const page = await signedIn(browser);
    expect((await browser.submit(page, { fields: { csrf: 'x' } })).status).toBe(403);
    expect((await new Browser().submit(page)).status).toBe(403);
    expect((await browser.submit(page, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect(world.decisions).toEqual([]);
  });

  it('is not confirmed where the chat account became somebody else’s, or its person is not known by an object id', async () => {
    const browser = new Browser();
    const page = await signedIn(browser);
    world.profiles.set(sender.userId, { email: 'adele@contoso.com' });
    expect(words(await browser.submit(page))).toContain('somebody else’s by now');
    expect(world.events()).toEqual(['step-up.offered', 'step-up.refused']);
    world.profiles.set(sender.userId, { email: 'megan@contoso.com' });
    const unlinked: Person = { key: 'mail:megan@contoso.com', name: 'Megan', email: 'megan@contoso.com' };
    await expect(offer(unlinked)).rejects.toThrow('your account is not linked');
    expect(world.decisions).toEqual([]);
  });
});
