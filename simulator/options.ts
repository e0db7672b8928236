// The command line of the simulator.

import { parseArgs } from 'node:util';
import type { SimulatorOptions } from './server.ts';

export interface CommandLine extends SimulatorOptions {
  json: boolean;
  exitWithParent: boolean;
  help: boolean;
}

export const usage = `An Azure that is not there: ARM and Microsoft Graph over https, tokens over http, on this machine alone.

  npm run simulator -- [options]

  --port N               https port (4100; 0: any free one)
  --token-port N         port of the token endpoint (4101; 0: any free one)
  --seed FILE            the world to start with, YAML or JSON (simulator/seed/contoso.yaml),
                         or generated:SUBSCRIPTIONS,IDENTITIES, such as generated:100,100000
  --state FILE           keep the world in this file; what is in it wins over the seed
  --cert-dir DIR         where the certificate is kept (a folder of yours in the system's temporary one)
  --identity-header S    the value that X-IDENTITY-HEADER must have (identity-desk-simulator)
  --no-throttling        no 429s
  --replication-delay MS how long the directory does not know a new identity (0)
  --graph-delay MS       how long Resource Graph lags behind (0)
  --group-delete-time MS
                         how long a deleted resource group is still Deleting (5000)
  --page-size N          items per page of ARM's lists (200)
  --no-pim               a tenant without the licence for assignments with an end
  --control              answer /_control: faults, log of calls, settings, the world
  --exit-with-parent     end when standard input is closed
  --json                 say that it is ready as one line of JSON
`;

/** Reads the command line. Throws an Error that names the flag that is wrong. */
export function readOptions(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '4100' },
      'token-port': { type: 'string', default: '4101' },
      seed: { type: 'string' },
      state: { type: 'string' },
      'cert-dir': { type: 'string' },
      'identity-header': { type: 'string' },
      'no-throttling': { type: 'boolean', default: false },
      'replication-delay': { type: 'string', default: '0' },
      'graph-delay': { type: 'string', default: '0' },
      'group-delete-time': { type: 'string', default: '5000' },
      'page-size': { type: 'string', default: '200' },
      'no-pim': { type: 'boolean', default: false },
      control: { type: 'boolean', default: false },
      'exit-with-parent': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return {
    port: number('--port', values.port, 0, 65_535),
    tokenPort: number('--token-port', values['token-port'], 0, 65_535),
    ...(values.seed === undefined ? {} : { seed: values.seed }),
    ...(values.state === undefined ? {} : { state: values.state }),
    ...(values['cert-dir'] === undefined ? {} : { certDir: values['cert-dir'] }),
    ...(values['identity-header'] === undefined ? {} : { identityHeader: values['identity-header'] }),
    control: values.control,
    settings: {
      throttling: !values['no-throttling'],
      replicationDelay: number('--replication-delay', values['replication-delay'], 0, 3_600_000),
      graphDelay: number('--graph-delay', values['graph-delay'], 0, 3_600_000),
      groupDeleteTime: number('--group-delete-time', values['group-delete-time'], 0, 3_600_000),
      pageSize: number('--page-size', values['page-size'], 1, 1000),
      privilegedIdentityManagement: !values['no-pim'],
    },
    json: values.json,
    exitWithParent: values['exit-with-parent'],
    help: values.help,
  };
}

function number(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`${flag} ${text}: a whole number from ${least} to ${most} is wanted`);
}
