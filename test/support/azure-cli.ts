// The real Azure CLI, signed in to a simulator as its bot, for tests. Where there is none they are skipped.

import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningSimulator } from '../../simulator/server.ts';

const python = '/usr/bin/python3';

/** Whether there is an Azure CLI that runs by the system's Python, as Debian's package does. */
export const hasAzureCli =
  spawnSync(python, ['-c', 'import azure.cli.core'], { stdio: 'ignore', timeout: 30_000 }).status === 0;

/** Debian's 2.45 comes with a later azure-mgmt-authorization whose operations have no `config`; role assignments need it. */
const launcher = `#!${python}
import importlib, runpy, sys
for version in ('v2022_04_01', 'v2018_01_01_preview', 'v2020_04_01_preview'):
    try:
        module = importlib.import_module('azure.mgmt.authorization.%s.operations' % version)
    except ImportError:
        continue
    for name in dir(module):
        one = getattr(module, name)
        if isinstance(one, type) and name.endswith('Operations') and not hasattr(one, 'config'):
            one.config = property(lambda self: self._config)
sys.argv[0] = 'az'
runpy.run_module('azure.cli', run_name='__main__')
`;

export interface AzureCli {
  /** Runs a bash script whose az is this one. */
  bash(script: string, cwd?: string): Promise<{ readonly status: number; readonly output: string }>;
  remove(): void;
}

/** The CLI in a folder of its own, signed in. It looks for nothing on the network but the simulator. */
export async function signIn(simulator: RunningSimulator): Promise<AzureCli> {
  const dir = mkdtempSync(join(tmpdir(), 'desk-az-'));
  const az = join(dir, 'az');
  writeFileSync(az, launcher);
  chmodSync(az, 0o755);
  const env = {
    PATH: `${dir}:/usr/bin:/bin`,
    HOME: dir,
    AZURE_CONFIG_DIR: join(dir, 'config'),
    AZURE_CORE_COLLECT_TELEMETRY: '0',
    AZURE_CORE_NO_COLOR: '1',
    REQUESTS_CA_BUNDLE: simulator.certificate,
    MSI_ENDPOINT: simulator.tokenEndpoint,
    MSI_SECRET: simulator.identityHeader,
  };
  // Not synchronous: the simulator may be in this very process.
  const bash: AzureCli['bash'] = (script, cwd = dir) =>
    new Promise((resolve) => {
      execFile('bash', ['-c', script], { cwd, env, encoding: 'utf8', timeout: 240_000 }, (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code ?? 1), output: `${stdout}${stderr}` });
      });
    });
  const endpoint = simulator.endpoint;
  const ready = await bash(
    [
      'set -e',
      `az cloud register --name simulator --endpoint-resource-manager ${endpoint} --endpoint-active-directory ${endpoint} --endpoint-active-directory-resource-id https://management.azure.com`,
      // The CLI has no flag for it.
      `printf 'endpoint_microsoft_graph_resource_id = %s/\\n' ${endpoint} >> "$AZURE_CONFIG_DIR/clouds.config"`,
      'az cloud set --name simulator',
      'az login --identity --output none',
    ].join('\n'),
  );
  if (ready.status !== 0) throw new Error(`az cannot sign in: ${ready.output}`);
  return { bash, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
