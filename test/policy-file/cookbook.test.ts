// The cookbook: each policy has no warning, and says what its test file says. And the program that plays them tells what differs.

import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../policy/load-policy.ts';
import { playCases } from '../../policy/test-command.ts';

const files = globSync('docs/policies/*.yaml').filter((file) => !file.endsWith('.test.yaml'));
const dir = mkdtempSync(join(tmpdir(), 'cookbook-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the cookbook', () => {
  it('has its ten policies, and the documentation names each', () => {
    expect(files).toHaveLength(10);
    const text = readFileSync('docs/policy.md', 'utf8');
    expect(files.filter((file) => !text.includes(file.replace('docs/', '')))).toEqual([]);
  });

  it.each([...files, 'sandbox/policy.yaml'])('%s has no warnings, and all of its cases hold', async (file) => {
    expect((await loadPolicy(file, new Date('2026-01-07T10:00:00Z'))).warnings).toEqual([]);
    const results = await playCases(file);
    expect(results.filter(({ differences }) => differences.length > 0)).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(5);
  });
});

describe('npm run policy', () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['policy/main.ts', ...args], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    return { status, said: stdout + stderr };
  };
  const policy = join(dir, 'policy.yaml');
  const tests = join(dir, 'policy.test.yaml');
  const team = readFileSync('docs/policies/solo-team.yaml', 'utf8');
  const cases = readFileSync('docs/policies/solo-team.test.yaml', 'utf8');

  it('lint: 0 without warnings, 1 with some, 2 for mistakes, each with its line', () => {
    writeFileSync(policy, team);
    expect(run('lint', policy)).toEqual({ status: 0, said: 'No mistakes and no warnings.\n' });
    writeFileSync(policy, team.replace('    expireAfter: 24h\n', ''));
    expect(run('lint', policy)).toMatchObject({ status: 1, said: expect.stringMatching(/policy\.yaml:17: warning: /) });
    writeFileSync(policy, team.replace('who: [team]', 'who: [teem]').replace('30d', 'soon'));
    const { status, said } = run('lint', policy);
    expect(status).toBe(2);
    expect(said).toMatch(/policy\.yaml:\d+: error: .*maxDuration: “soon”/);
    const [first] = JSON.parse(run('lint', policy, '--json').said) as Record<string, unknown>[];
    expect(first).toMatchObject({ file: policy, level: 'error', line: expect.any(Number) });
  });

  it('test: 0 where all cases hold, 1 with what differs, 2 for a file that says nothing', () => {
    writeFileSync(policy, team);
    writeFileSync(tests, cases);
    expect(run('test', policy)).toEqual({ status: 0, said: '5 of 5 cases hold.\n' });
    expect(run('test', tests).status).toBe(0);
    // Whoever loosens the policy is told by its test.
    writeFileSync(
      policy,
      team
        .replace('approvals: { count: 1, by: [team] }', 'approvals: none')
        .replace('    remindAfter: 2h\n    expireAfter: 24h\n', ''),
    );
    const { status, said } = run('test', policy);
    expect(status).toBe(1);
    expect(said).toContain(
      "a teammate's grant is approved by the two others\n    asks: expected team, but it is nobody",
    );
    expect(said).toContain('people: expected megan@contoso.com, adele@contoso.com, but it is nobody');
    expect(said).toContain('4 of 5 cases hold.');
    writeFileSync(tests, cases.replace('expect: allowed', 'expects: allowed'));
    expect(run('test', policy)).toMatchObject({ status: 2, said: expect.stringContaining('expects') });
    rmSync(tests);
    expect(run('test', policy)).toMatchObject({ status: 2, said: expect.stringContaining('no test file') });
  });

  it('explain: what the bot would say, without Azure', () => {
    writeFileSync(policy, team);
    writeFileSync(tests, cases);
    const line = ['grant', 'uami-shop', '--role', 'Reader', '--scope', 'rg-shop', '--for', '8h'];
    const allowed = run('explain', policy, '--as', 'alex@contoso.com', '--facts', tests, ...line);
    expect(allowed).toMatchObject({ status: 0, said: expect.stringContaining('Would be allowed after approval.') });
    expect(allowed.said).toContain('Approval: 1 of team (megan@contoso.com and adele@contoso.com)');
    const refused = run('explain', policy, '--as', 'diego@contoso.com', '--facts', tests, line.join(' '));
    expect(refused).toMatchObject({ status: 1, said: expect.stringContaining('Would be refused: No rule allows') });
    expect(run('explain', policy, ...line)).toMatchObject({ status: 2, said: expect.stringContaining('--as') });
    expect(run('explain').status).toBe(2);
  });
});
