// The settings of signing in: all of them or none, of one tenant, never in a sandbox; and a policy that needs what is not set.

import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { ConfigError } from '../../src/config-error.ts';
import { missingSignIn } from '../../src/policy-file/sign-in-check.ts';
import { clientId, tenant } from './entra.ts';

const slack = { SLACK_BOT_TOKEN: 'xoxb-hush', SLACK_SIGNING_SECRET: 'hush' };
const whole = {
  ...slack,
  PUBLIC_URL: 'https://desk.example.com/',
  SIGN_IN_CLIENT_ID: clientId,
  SIGN_IN_CLIENT_SECRET: 'hush',
  AZURE_TENANT_ID: tenant,
};

/** What is wrong with the settings, in one text. */
function wrong(environment: Readonly<Record<string, string>>): string {
  try {
    readConfig(environment);
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
    throw error;
  }
}

describe('the settings of signing in', () => {
  it('give the issuer of the tenant in its cloud', () => {
    expect(readConfig(whole).signIn).toEqual({
      publicUrl: 'https://desk.example.com',
      tenantId: tenant,
      issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
      clientId,
      clientSecret: 'hush',
    });
    expect(readConfig({ ...whole, AZURE_CLOUD: 'usgov' }).signIn?.issuer).toContain('login.microsoftonline.us');
    expect(readConfig(slack).signIn).toBeUndefined();
  });

  it.each([
    [{ PUBLIC_URL: whole.PUBLIC_URL }, ['SIGN_IN_CLIENT_ID', 'SIGN_IN_CLIENT_SECRET', 'AZURE_TENANT_ID']],
    [{ SIGN_IN_CLIENT_SECRET: 'hush' }, ['PUBLIC_URL', 'SIGN_IN_CLIENT_ID', 'AZURE_TENANT_ID']],
    [{ ...whole, SIGN_IN_CLIENT_SECRET: '' }, ['SIGN_IN_CLIENT_SECRET']],
    [{ ...whole, PUBLIC_URL: 'http://desk.example.com' }, ['PUBLIC_URL']],
    [{ ...whole, PUBLIC_URL: 'https://desk.example.com/path' }, ['PUBLIC_URL']],
    [{ ...whole, SIGN_IN_ISSUER: 'https://login.microsoftonline.com/common/v2.0' }, ['SIGN_IN_ISSUER']],
    [{ ...whole, SIGN_IN_ISSUER: 'https://login.microsoftonline.com/organizations/v2.0' }, ['SIGN_IN_ISSUER']],
    [{ ...whole, SIGN_IN_ISSUER: 'http://login.example.com' }, ['SIGN_IN_ISSUER']],
    [{ ...whole, SANDBOX: '1' }, ['PUBLIC_URL', 'SIGN_IN_CLIENT_ID', 'SIGN_IN_CLIENT_SECRET']],
  ])('%o are refused, and all that is wrong is told', (environment, names) => {
    const said = wrong({ ...slack, ...environment });
    for (const name of names) expect(said).toContain(name);
    expect(said).not.toContain('hush');
  });
});

describe('a policy that asks for sign-ins', () => {
  const rule = { name: 'production', commands: ['grant'], who: ['anyone'], stepUp: true };
  const policy = { version: 'v', groups: {}, channels: [], rules: [rule, { ...rule, name: 'other', stepUp: false }] };

  it('is refused where nobody can sign in, rule by rule, with the remedy', () => {
    const [said, ...more] = missingSignIn(policy, 'policy.yaml', false);
    expect(said).toMatch(/policy\.yaml.*“production”.*PUBLIC_URL.*or remove stepUp/);
    expect(more).toEqual([]);
    expect(missingSignIn(policy, 'policy.yaml', true)).toEqual([]);
  });
});
