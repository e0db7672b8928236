// A database outage: it has a clear answer, and nothing is lost.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RunningBot } from '../support/bot.ts';
import { type Person, requestId } from '../support/person.ts';
import { useTeamsCompany } from '../support/use-teams-company.ts';

let deps: RunningBot;
let alex: Person;
let megan: Person;
let dir: string;
useTeamsCompany((company) => {
  ({ deps, alex, megan, dir } = company);
});

describe('a database that goes away', () => {
  it('is told to the one who asks, comes back by itself, and loses nothing', { timeout: 60_000 }, async () => {
    const asked = await alex.say('create uami-survivor -g rg-payments');
    const id = requestId(asked);
    const card = await megan.sees(id, 'Waiting for');
    const pidFile = findPidFile(dir);
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    execFileSync('kill', ['-9', String(pid)]);
    // Depending on timing the answer is an outage, or the database is back already.
    const during = JSON.stringify(await megan.press(card, 'Approve'));
    expect(during).toMatch(/database|Approved|approved/);
    const deadline = Date.now() + 20_000;
    while ((await fetch(`${deps.url}/readyz`)).status !== 200 && Date.now() < deadline)
      await new Promise((resolve) => setImmediate(resolve));
    if (!/Approved|approved/.test(during)) await megan.press(await megan.sees(id, 'Waiting for'), 'Approve');
    await alex.sees(id, 'Done. Approved by');
    expect((await fetch(`${deps.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${deps.url}/metrics`)).text()).toContain('identity_desk_ready 1');
  });
});

function findPidFile(dir: string): string {
  const found = readdirSync(dir, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('postmaster.pid'));
  if (!found) throw new Error('no postmaster.pid');
  return `${dir}/${found}`;
}
