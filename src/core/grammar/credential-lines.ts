// How az and PowerShell name federated credentials: there --name is the credential's, and the identity has a flag of its own.

import type { Command, FlagTable } from './translate-flags.ts';

const flexible = {
  refused: 'expressions that match several subjects are not supported. Use --subject, one credential for each.',
} as const;

const place: FlagTable = {
  '--identity-name': '--name',
  '--resource-group': '--resource-group',
  '-g': '--resource-group',
  '--subscription': '--subscription',
};
const named: FlagTable = { ...place, '--name': '--credential', '-n': '--credential' };
const trust: FlagTable = {
  '--issuer': '--issuer',
  '--subject': '--subject',
  '--audiences': '--audiences',
  '--claims-matching-expression-value': flexible,
  '--cme-value': flexible,
  '--claims-matching-expression-version': flexible,
  '--cme-version': flexible,
};

/** Source: az identity federated-credential --help. */
export const azCredentials: readonly (readonly [string, Command])[] = [
  ['identity federated-credential create', { verb: 'credential add', flags: { ...named, ...trust } }],
  ['identity federated-credential update', { verb: 'credential update', flags: { ...named, ...trust } }],
  ['identity federated-credential delete', { verb: 'credential remove', flags: named }],
  ['identity federated-credential list', { verb: 'credential list', flags: place }],
  [
    'identity federated-credential show',
    { verb: 'credential list', flags: { ...place, '--name': 'ignored', '-n': 'ignored' } },
  ],
  [
    'identity federated-credential',
    {
      message: 'az identity federated-credential needs create, list, show, update or delete.',
      next: 'Run help credential add.',
    },
  ],
];

const input = { refused: 'not supported. Use -IdentityName, -Name and -ResourceGroupName.' } as const;
const homes: FlagTable = {
  '-IdentityName': '--name',
  '-ResourceGroupName': '--resource-group',
  '-SubscriptionId': '--subscription',
  '-InputObject': input,
};
const names: FlagTable = { ...homes, '-Name': '--credential' };
const says: FlagTable = { '-Issuer': '--issuer', '-Subject': '--subject', '-Audience': '--audiences' };

/** Source: the cmdlets of Az.ManagedServiceIdentity. */
export const powershellCredentials: Readonly<Record<string, Command>> = {
  'Get-AzFederatedIdentityCredential': { verb: 'credential list', flags: { ...homes, '-Name': 'ignored' } },
  'New-AzFederatedIdentityCredential': { verb: 'credential add', flags: { ...names, ...says } },
  'Update-AzFederatedIdentityCredential': { verb: 'credential update', flags: { ...names, ...says } },
  'Remove-AzFederatedIdentityCredential': { verb: 'credential remove', flags: names },
};
