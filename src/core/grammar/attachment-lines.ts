// How az and PowerShell attach identities to resources: the flags, and the words that they come to. Their group and subscription
// are the resource's, which becomes group/name here.

import { Fault } from '../errors.ts';
import type { Command, FlagTable } from './translate-flags.ts';
import { unsupported } from './unsupported-commands.ts';

const [inGroup, inSubscription] = ['--resource-in-group', '--resource-in-subscription'] as const;

const place: FlagTable = {
  '--name': '--resource',
  '-n': '--resource',
  '--resource-group': inGroup,
  '-g': inGroup,
  '--subscription': inSubscription,
  '--ids': '--resource',
};
const slot = { refused: 'deployment slots are attached by their full resource id. Use attach NAME ID.' } as const;
const ofSystem = { refused: unsupported.systemAssigned.message } as const;
const roleOfSystem = { refused: 'roles are assigned with grant. Remove this flag.' } as const;
const flags: FlagTable = {
  ...place,
  '--identities': '--name',
  '--user-assigned': '--name',
  '--system-assigned': ofSystem,
  '--role': roleOfSystem,
  '--scope': roleOfSystem,
  '--slot': slot,
  '-s': slot,
};

/** Of every kind of resource whose identities az assigns with the same two commands. */
export const azAttachments: readonly (readonly [string, Command])[] = [
  ...['vm', 'vmss', 'webapp', 'functionapp', 'containerapp'].flatMap(
    (kind) =>
      [
        [`${kind} identity assign`, { verb: 'attach', flags }],
        [`${kind} identity remove`, { verb: 'detach', flags }],
        [
          `${kind} identity`,
          {
            message: 'The identities of a resource are not shown from its side.',
            next: 'Run show NAME to see what uses an identity.',
          },
        ],
      ] as const,
  ),
  [
    'aks update',
    {
      verb: 'attach',
      flags: { ...place, '--enable-managed-identity': 'ignored-switch', '--assign-identity': '--name' },
    },
  ],
  ['aks', { message: 'Clusters are not managed here.', next: 'To attach an identity: attach NAME CLUSTER.' }],
];

const ofType = 'ignored' satisfies FlagTable[string];

/** Source: Update-AzVM and Update-AzVmss of Az.Compute, the parameter set with explicit ids. */
export const powershellAttachments: Readonly<Record<string, Command>> = {
  'Update-AzVM': {
    verb: 'attach',
    flags: { '-VM': '--resource', '-ResourceGroupName': inGroup, '-IdentityType': ofType, '-IdentityId': '--name' },
  },
  'Update-AzVmss': {
    verb: 'attach',
    flags: {
      '-VMScaleSetName': '--resource',
      '-ResourceGroupName': inGroup,
      '-IdentityType': ofType,
      '-IdentityId': '--name',
    },
  },
  'Set-AzWebApp': unsupported.systemAssigned,
};

const valueIn = (words: readonly string[], flag: string) =>
  words.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1);

/** The words of an attachment, with its resource as group/name; those of any other command as they are. Throws Fault 'bad-input'. */
export function withPlacedResource(verb: string, words: readonly string[]): readonly string[] {
  if (verb !== 'attach' && verb !== 'detach') return words;
  const [resource, group, subscription, identity] = ['--resource', inGroup, inSubscription, '--name'].map((flag) =>
    valueIn(words, flag),
  );
  if (identity === undefined || /^\W?system\W?$/i.test(identity)) {
    throw new Fault('bad-input', unsupported.systemAssigned.message, { next: unsupported.systemAssigned.next });
  }
  if (words.some((word) => !word.startsWith('--'))) {
    throw new Fault('bad-input', 'Identities and resources are attached one at a time.', {
      next: 'Send one line for each.',
    });
  }
  const isShort = resource !== undefined && !resource.includes('/');
  const home = [
    ...(subscription !== undefined && group !== undefined ? [subscription] : []),
    ...(group ? [group] : []),
  ];
  return [
    `--name=${identity}`,
    ...(resource === undefined ? [] : [`--resource=${isShort ? [...home, resource].join('/') : resource}`]),
  ];
}
