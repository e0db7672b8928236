// `npm run simulator`: starts the simulator, says where it is, and ends when it is told to.

import { readOptions, usage } from './options.ts';
import { type RunningSimulator, startSimulator } from './server.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    say(usage);
    return;
  }
  const simulator = await startSimulator(options);
  if (options.json) say(readyLine(simulator));
  else greet(simulator, options.control ?? false);
  let isClosing = false;
  const close = () => {
    if (isClosing) return;
    isClosing = true;
    simulator.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', close);
  process.on('SIGINT', close);
  if (options.exitWithParent) {
    process.stdin.resume();
    process.stdin.on('end', close);
    process.stdin.on('error', close);
  }
}

function readyLine({ endpoint, tokenEndpoint, identityHeader, certificate }: RunningSimulator): string {
  return JSON.stringify({ event: 'ready', endpoint, tokenEndpoint, identityHeader, certificate });
}

function greet(
  { endpoint, tokenEndpoint, identityHeader, certificate, control }: RunningSimulator,
  isControlled: boolean,
) {
  const world = control.world();
  say(
    `The Azure simulator is ready: ${world.tenant.name}, ${world.subscriptions.length} subscriptions, ${world.identities.length} identities.`,
  );
  say(`  ARM and Microsoft Graph  ${endpoint}`);
  say(`  tokens                   ${tokenEndpoint}`);
  say(`  certificate to trust     ${certificate}`);
  if (isControlled) say(`  control                  ${endpoint}/_control`);
  say('To use it from another program:');
  say(`  export NODE_EXTRA_CA_CERTS=${certificate}`);
  say(`  export AZURE_RESOURCE_MANAGER_ENDPOINT=${endpoint} MICROSOFT_GRAPH_ENDPOINT=${endpoint}`);
  say(`  export IDENTITY_ENDPOINT=${tokenEndpoint} IDENTITY_HEADER=${identityHeader}`);
}

function fail(error: unknown): void {
  process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
