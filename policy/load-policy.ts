// Reads a policy file for the commands of the program.

import { policyCommands } from '../src/core/grammar/registry.ts';
import type { Policy } from '../src/core/model/policy.ts';
import { lintPolicy } from '../src/policy-file/lint.ts';
import { parsePolicy, readPolicyText } from '../src/policy-file/read.ts';
import { textTools } from '../src/text-tools.ts';

/** A warning and where it is. */
interface Warning {
  readonly line: number;
  readonly message: string;
}

/** A policy without mistakes. */
export interface LoadedPolicy {
  readonly policy: Policy;
  readonly warnings: readonly Warning[];
}

/** Reads and checks a policy. Throws PolicyError. */
export async function loadPolicy(file: string, now: Date = new Date()): Promise<LoadedPolicy> {
  const text = await readPolicyText(file);
  const policy = parsePolicy(text, file, textTools, policyCommands);
  return { policy, warnings: lintPolicy(text, { policy, commands: policyCommands, textTools, now }) };
}
