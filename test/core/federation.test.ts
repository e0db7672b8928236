// Federated credentials: what a workload's tokens say, derived names, and what the linter finds.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/errors.ts';
import { lintCredential } from '../../src/core/federation/lint.ts';
import { credentialName, trustOf, type Workload } from '../../src/core/federation/presets.ts';
import { understood } from '../support/grammar.ts';

const usual = 'api://AzureADTokenExchange';
const github = 'https://token.actions.githubusercontent.com';

describe('a workload', () => {
  it.each<[Workload, string, string]>([
    [{ github: 'contoso/orders', branch: 'main' }, github, 'repo:contoso/orders:ref:refs/heads/main'],
    [{ github: 'https://github.com/contoso/orders.git', tag: 'v2' }, github, 'repo:contoso/orders:ref:refs/tags/v2'],
    [{ github: 'contoso/orders', environment: 'prod: eu' }, github, 'repo:contoso/orders:environment:prod%3A eu'],
    [{ github: 'contoso/orders', pullRequest: true }, github, 'repo:contoso/orders:pull_request'],
    [
      { gitlab: 'contoso/shop/orders', branch: 'main' },
      'https://gitlab.com',
      'project_path:contoso/shop/orders:ref_type:branch:ref:main',
    ],
    [
      { gitlab: 'a/b', tag: 'v1', issuer: 'https://git.contoso.com' },
      'https://git.contoso.com',
      'project_path:a/b:ref_type:tag:ref:v1',
    ],
    [
      { kubernetes: 'https://oidc.contoso.com/1/', namespace: 'shop', serviceAccount: 'orders' },
      'https://oidc.contoso.com/1/',
      'system:serviceaccount:shop:orders',
    ],
    [
      { terraformCloud: 'contoso/Default Project/orders', phase: 'apply' },
      'https://app.terraform.io',
      'organization:contoso:project:Default Project:workspace:orders:run_phase:apply',
    ],
    [{ issuer: 'https://accounts.google.com', subject: '1126' }, 'https://accounts.google.com', '1126'],
  ])('%j', (given, issuer, subject) => {
    expect(trustOf(given, usual)).toEqual({ issuer, subject, audiences: [usual] });
  });

  it.each<[Workload, string, RegExp]>([
    [{ github: 'contoso/orders' }, 'branch', /would not say which workflow/],
    [{ github: 'contoso/orders', branch: 'main', tag: 'v1' }, 'tag', /Only one is possible/],
    [{ github: 'contoso', branch: 'main' }, 'github', /is not OWNER\/REPOSITORY/],
    [{ github: 'contoso/*', branch: 'main' }, 'github', /is not OWNER\/REPOSITORY/],
    [{ github: 'a/b', branch: 'main', namespace: 'x' }, 'namespace', /does not go with --github/],
    [{ github: 'a/b', gitlab: 'a/b' }, 'gitlab', /exclude each other/],
    [{ branch: 'main' }, 'branch', /needs a source/],
    [{ kubernetes: 'https://k', namespace: 'Shop' }, 'namespace', /needs a namespace/],
    [{ terraformCloud: 'a/b/c' }, 'phase', /each phase/],
    [{ issuer: 'contoso', subject: 'x' }, 'issuer', /not the URL of an issuer/],
    [{ issuer: 'https://contoso.com' }, 'subject', /No subject/],
    [{}, 'issuer', /No workload/],
  ])('%j is refused at --%s', (given, param, words) => {
    const refused = expect(() => trustOf(given, usual));
    refused.toThrow(words);
    try {
      trustOf(given, usual);
    } catch (error) {
      expect(error).toBeInstanceOf(Fault);
      expect((error as Fault).details.param).toBe(param);
    }
  });

  it('has a name that Azure takes and that is free, whatever it is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 300 }), fc.nat(3), (subject, copies) => {
        const trust = { issuer: github, subject };
        const taken: string[] = [];
        for (let index = 0; index <= copies; index++) {
          const name = credentialName({ github: 'a/b' }, trust, taken);
          expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{2,119}$/);
          expect(taken).not.toContain(name);
          taken.push(name.toUpperCase());
        }
      }),
    );
    const trust = trustOf({ github: 'contoso/orders', branch: 'main' }, usual);
    expect(credentialName({ github: 'contoso/orders' }, trust, [])).toBe('github-contoso-orders-branch-main');
  });
});

const risks = (issuer: string, subject: string, audience = usual) =>
  lintCredential({ issuer, subject, audiences: [audience] }).map(({ risk, level }) => `${level} ${risk}`);

describe('the linter', () => {
  it.each([
    [github, 'repo:contoso/orders:environment:production', []],
    [github, 'repo:contoso/orders:ref:refs/heads/main', []],
    [github, 'repo:contoso/orders:pull_request', ['danger pull-request']],
    [github, 'repo:contoso/orders:ref:refs/heads/feature-x', ['caution open-branch']],
    [github, 'repo:contoso/orders:ref:refs/tags/v1', ['caution open-tag']],
    [github, 'repo:contoso/*:ref:refs/heads/main', ['danger wildcard']],
    [github, 'repo:*/orders:environment:x', ['danger wildcard', 'danger subject-without-owner']],
    [github, 'environment:production', ['danger subject-without-owner']],
    [github, '', ['danger flexible']],
    [`${github}/`, 'repo:contoso/orders:environment:p', ['caution trailing-slash']],
    ['https://Token.actions.githubusercontent.com', 'repo:a/b:environment:p', ['caution differs-by-case']],
    ['http://gitlab.contoso.com', 'project_path:a/b:ref_type:branch:ref:main', ['danger http-issuer']],
    ['https://gitlab.com', 'ref:main', ['danger subject-without-owner']],
    ['https://app.terraform.io', 'organization:contoso:project:a:workspace:b:run_phase:apply', []],
    ['https://app.terraform.io', 'workspace:b:run_phase:apply', ['danger subject-without-owner']],
    ['https://login.microsoftonline.com/common/v2.0', 'x', ['danger issuer-without-tenant']],
    ['https://login.microsoftonline.com/5d000000-0000-4000-8000-00000000000a/v2.0', 'x', []],
    ['https://westeurope.oic.prod-aks.azure.com/t/c/', 'system:serviceaccount:a:b', []],
    ['https://westeurope.oic.prod-aks.azure.com/t/c', 'system:serviceaccount:a:b', ['caution no-trailing-slash']],
    ['https://k8s.contoso.com', 'system:serviceaccount:shop:default', ['caution default-service-account']],
  ])('%s %s', (issuer, subject, found) => expect(risks(issuer, subject)).toEqual(found));

  it('tells of another audience, and of a twin in other letters', () => {
    expect(risks(github, 'repo:a/b:environment:p', 'sts.amazonaws.com')).toEqual(['caution other-audience']);
    expect(risks(github, 'repo:a/b:environment:p', `${usual}USGov`)).toEqual([]);
    const trust = { issuer: github, subject: 'repo:A/b:environment:p', audiences: [usual] };
    const twin = { ...trust, name: 'old', subject: 'repo:a/b:environment:p' };
    expect(lintCredential(trust, [twin]).map(({ risk }) => risk)).toEqual(['differs-by-case']);
  });
});

describe('a pasted line', () => {
  const trust = `--issuer ${github} --subject repo:a/b:environment:p`;
  const args = { name: 'uami-x', resourceGroup: 'rg', credential: 'gh' };
  const said = { issuer: github, subject: 'repo:a/b:environment:p' };
  it.each([
    [
      `az identity federated-credential create --name gh --identity-name uami-x -g rg ${trust} --audiences ${usual}`,
      { command: 'credential add', args: { ...args, ...said, audiences: usual } },
    ],
    [
      `az identity federated-credential update -n gh --identity-name uami-x -g rg ${trust}`,
      { command: 'credential update', args: { ...args, ...said } },
    ],
    [
      'az identity federated-credential delete --name gh --identity-name uami-x -g rg --yes',
      { command: 'credential remove', args },
    ],
    [
      'az identity federated-credential list --identity-name uami-x -g rg',
      { command: 'credential list', args: { name: 'uami-x', resourceGroup: 'rg' } },
    ],
    [
      `New-AzFederatedIdentityCredential -Name gh -IdentityName uami-x -ResourceGroupName rg -Issuer ${github} -Subject 'repo:a/b:environment:p' -Audience '${usual}'`,
      { command: 'credential add', args: { ...args, ...said, audiences: usual } },
    ],
    [
      'Remove-AzFederatedIdentityCredential -Name gh -IdentityName uami-x -ResourceGroupName rg',
      { command: 'credential remove', args },
    ],
  ])('%s', (line, expected) => expect(understood(line)).toEqual(expected));
});
