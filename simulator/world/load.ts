// Where a world comes from: a file of the user's, the Contoso company that comes along, or a generated one.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { generateWorld } from './generated.ts';
import { parseSeed } from './seed-file.ts';
import type { WorldData } from './types.ts';

const contoso = fileURLToPath(new URL('../seed/contoso.yaml', import.meta.url));

/** The world of a seed: a file (YAML or JSON), or 'generated:SUBSCRIPTIONS,IDENTITIES'. Throws an Error that says what is wrong where. */
export function loadWorld(seed: string | undefined): WorldData {
  const generated = /^generated:(\d+),(\d+)$/.exec(seed ?? '');
  if (generated) {
    // The people of the company that comes along live in the generated one too, so that they can be spoken for.
    const { tenant, users, directoryGroups } = fromFile(contoso);
    return { ...generateWorld(Number(generated[1]), Number(generated[2])), tenant, users, directoryGroups };
  }
  if (seed?.startsWith('generated:')) {
    throw new Error(`--seed ${seed}: say generated:SUBSCRIPTIONS,IDENTITIES, such as generated:100,100000`);
  }
  return fromFile(seed ?? contoso);
}

function fromFile(file: string): WorldData {
  const text = readFileSync(file, 'utf8');
  let described: unknown;
  try {
    described = parse(text); // JSON is YAML too
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return parseSeed(described, file);
}
