// The policy file is changed while the bot runs, in the ways in which editors, Kubernetes and mistakes change it.

import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RoleDefinition } from '../../src/core/model/azure.ts';
import { openPolicy } from '../../src/policy-file/live-policy.ts';
import { PolicyError } from '../../src/policy-file/read.ts';
import type { PolicyReport } from '../../src/policy-file/report.ts';
import { textTools } from '../../src/text-tools.ts';
import { silent } from '../support/database.ts';
import { policyOf } from '../support/policy.ts';

const sandbox = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000000';
const good = policyOf(sandbox);
const stricter = good.replace('count: 1, by: [platform]', 'count: 1, by: [platform, adele@contoso.com]');
const broken = good.replace('maxDuration: 7d', 'maxDuraton: 7d');

const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const roleNamed = (name: string): RoleDefinition => ({
  id: name === 'Owner' ? owner : `id of ${name}`,
  name,
  description: '',
  kind: 'built-in',
  permissions: [],
});

let dir = '';
let stop = () => {};
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'policy-'));
});
afterEach(() => {
  stop();
  rmSync(dir, { recursive: true, force: true });
});

/** An Azure with these roles; undefined: away. */
function azureWith(names: () => readonly string[] | undefined) {
  return {
    subscriptions: () => Promise.resolve([{ id: 'aaaaaaaa-0000-4000-8000-000000000000', name: 'a', tenantId: 't' }]),
    roleDefinitions: () => {
      const found = names();
      return found ? Promise.resolve(found.map(roleNamed)) : Promise.reject(new Error('away'));
    },
    existingGroups: (ids: readonly string[]) => Promise.resolve(ids.filter((id) => id.startsWith('6f1c'))),
  };
}

/** A bot's policy at `file`, and all that it has told of it. */
async function live(file: string, roles: () => readonly string[] | undefined = () => ['Owner'], pollMs = 20) {
  const told: string[] = [];
  const report: PolicyReport = {
    loaded: ({ version, isFullyChecked }) => void told.push(`loaded ${version}${isFullyChecked ? '' : ' unchecked'}`),
    refused: ({ version, problems, kept }) => void told.push(`refused ${version}, kept ${kept}: ${problems.join()}`),
    flush: () => Promise.resolve(),
  };
  const options = { file, textTools, chats: ['teams'], canSignIn: false, log: silent };
  const policy = await openPolicy({ ...options, pollMs, settleMs: 5, recheckMs: 10 });
  stop = policy.stop;
  await policy.start(azureWith(roles), report);
  return { policy, told };
}

const approvers = ({ policy }: Awaited<ReturnType<typeof live>>) =>
  policy.current().rules.at(-1)?.approvals?.[0]?.by.join();

/** Replaces the file, as each tool does it. */
const ways: readonly (readonly [string, (file: string, text: string) => void])[] = [
  ['written in place', (file, text) => writeFileSync(file, text)],
  [
    'replaced by another that is renamed to it, as editors do',
    (file, text) => {
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    },
  ],
  [
    'removed and made again',
    (file, text) => {
      unlinkSync(file);
      writeFileSync(file, text);
    },
  ],
];

describe('a policy file', () => {
  it.each(ways)('%s is in effect for the next decision', async (_how, replace) => {
    const file = join(dir, 'policy.yaml');
    writeFileSync(file, good);
    const world = await live(file);
    const before = world.policy.current().version;
    replace(file, stricter);
    await expect.poll(() => approvers(world)).toBe('platform,adele@contoso.com');
    expect(world.policy.current().version).not.toBe(before);
    expect(world.told.filter((line) => line.startsWith('loaded'))).toHaveLength(2);
    expect(world.policy.status().problems).toEqual([]);
  });

  it.each([20, 60_000])('swapped by Kubernetes, through a link, is seen (read every %i ms)', async (pollMs) => {
    const put = (name: string, text: string) => {
      mkdirSync(join(dir, name));
      writeFileSync(join(dir, name, 'policy.yaml'), text);
      symlinkSync(name, join(dir, '..data.new'));
      renameSync(join(dir, '..data.new'), join(dir, '..data'));
    };
    put('..2026_1', good);
    symlinkSync('..data/policy.yaml', join(dir, 'policy.yaml'));
    const world = await live(join(dir, 'policy.yaml'), () => ['Owner'], pollMs);
    put('..2026_2', stricter);
    await expect.poll(() => approvers(world)).toBe('platform,adele@contoso.com');
  });

  it('with a mistake is refused once and loudly, and the policy before stays', async () => {
    const file = join(dir, 'policy.yaml');
    writeFileSync(file, good);
    const world = await live(file);
    const { version } = world.policy.current();
    writeFileSync(file, broken);
    await expect.poll(() => world.told.at(-1)).toMatch(/^refused [0-9a-f]{64}, kept .*policy\.yaml:16: .*unknown key/);
    await world.policy.reload();
    expect(world.policy.current().version).toBe(version);
    expect(world.policy.status()).toMatchObject({ version, problems: [expect.stringContaining('maxDuraton')] });
    unlinkSync(file);
    await expect.poll(() => world.told.at(-1)).toContain('does not exist');
    expect(world.policy.current().version).toBe(version);
    // Corrected to what it was: in effect all along, and said to be good again.
    writeFileSync(file, good);
    await expect.poll(() => world.told.at(-1)).toBe(`loaded ${version}`);
    expect(world.policy.status().problems).toEqual([]);
  });

  it('that sends cards to a chat that is not configured is refused, at the start and later', async () => {
    const file = join(dir, 'policy.yaml');
    const elsewhere = good.replace('  - approvers', '  - slack: C0APPROVALS');
    writeFileSync(file, elsewhere);
    await expect(live(file)).rejects.toThrow('slack is not configured');
    writeFileSync(file, good);
    const world = await live(file);
    writeFileSync(file, elsewhere);
    await expect.poll(() => world.told.at(-1)).toContain('slack is not configured');
  });

  it('is read at once on request, whether it has changed or not', async () => {
    const file = join(dir, 'policy.yaml');
    writeFileSync(file, good);
    const world = await live(file, () => ['Owner'], 60_000);
    await Promise.all([world.policy.reload(), world.policy.reload()]);
    expect(world.told.length).toBeGreaterThanOrEqual(2);
    expect(new Set(world.told).size).toBe(1);
  });
});

describe('a role that no role in Azure is named after', () => {
  it('keeps the bot from starting, with its line and the nearest name', async () => {
    const file = join(dir, 'policy.yaml');
    writeFileSync(file, good.replace('[Owner]', '[Reader, Ownr]'));
    const started = live(file, () => ['Owner', 'Reader']);
    await expect(started).rejects.toThrow(PolicyError);
    await expect(started).rejects.toThrow(/policy\.yaml:9: .*“Ownr”.*did you mean Owner\?/);
  });

  it('may be named by its id, as a path too', async () => {
    const file = join(dir, 'policy.yaml');
    const path = `/providers/Microsoft.Authorization/roleDefinitions/${owner.toUpperCase()}`;
    writeFileSync(file, good.replace('[Owner]', `[${owner}, "${path}"]`));
    expect((await live(file)).told).toHaveLength(1);
  });

  it('is not a mistake while Azure is away: it starts, and is told of it as soon as Azure answers', async () => {
    const file = join(dir, 'policy.yaml');
    writeFileSync(file, good.replace('[Owner]', '[Ownr]'));
    let roles: readonly string[] | undefined;
    const world = await live(file, () => roles);
    const { version } = world.policy.current();
    expect(world.told).toEqual([`loaded ${version} unchecked`]);
    roles = ['Owner'];
    await expect.poll(() => world.told.at(-1)).toMatch(new RegExp(`^refused ${version}, kept ${version}: .*“Ownr”`));
    // The role is made in Azure.
    roles = ['Owner', 'Ownr'];
    await expect.poll(() => world.told.at(-1)).toBe(`loaded ${version}`);
  });

  it('refuses a change of the file, and the policy before stays', async () => {
    const file = join(dir, 'policy.yaml');
    writeFileSync(file, good);
    const world = await live(file);
    writeFileSync(file, good.replace('[Owner]', '[Ownr]'));
    await expect.poll(() => world.told.at(-1)).toContain('“Ownr”');
    expect(world.policy.current().rules[0]?.roles).toEqual(['Owner']);
  });
});
