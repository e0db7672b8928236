// npm run policy -- test FILE…: plays the cases of a test file against its policy and prints what differs.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PolicyExplanation } from '../src/core/approvals/explanation.ts';
import { stageWords } from '../src/core/approvals/requirements.ts';
import { asFault, Fault } from '../src/core/errors.ts';
import { fold } from '../src/core/model/fold.ts';
import { type Case, readTestFile, UsageError } from './facts-schema.ts';
import { loadPolicy } from './load-policy.ts';
import { createTryOut } from './try-out.ts';

/** What a case came to. */
interface Outcome {
  readonly verdict: 'allowed' | 'refused';
  readonly words: string;
  readonly explanation?: PolicyExplanation;
}

/** A case and how it differs from what was expected; none: it holds. */
export interface CaseResult {
  readonly name: string;
  readonly differences: readonly string[];
}

function outcomeOf(explanation: PolicyExplanation): Outcome {
  const { verdict, impossible } = explanation;
  if (verdict.kind === 'refused') return { verdict: 'refused', words: verdict.reason, explanation };
  if (!impossible) return { verdict: 'allowed', words: '', explanation };
  return { verdict: 'refused', words: `nobody else can approve: ${stageWords(impossible.stages)}`, explanation };
}

const listed = (words: readonly string[]) => words.join(', ') || 'nobody';
const sorted = (words: readonly string[]) => words.map(fold).sort();
const differ = (a: readonly string[], b: readonly string[]) => a.join('\n') !== b.join('\n');

function compare(wanted: Case, { verdict, words, explanation }: Outcome): string[] {
  const said = explanation?.verdict;
  const found: string[] = [];
  const tell = (what: string, expected: string, actual: string) =>
    found.push(`${what}: expected ${expected}, but it is ${actual}`);
  if (wanted.expect !== verdict) tell('verdict', wanted.expect, `${verdict}${words === '' ? '' : ` (${words})`}`);
  if (wanted.because !== undefined && !fold(words).includes(fold(wanted.because))) {
    tell('because', `“${wanted.because}”`, words === '' ? 'allowed' : `“${words}”`);
  }
  if (wanted.rule) {
    const rules = said?.kind === 'allowed' ? said.rules : said?.rule === undefined ? [] : [said.rule];
    if (differ(sorted(wanted.rule), sorted(rules))) tell('rule', listed(wanted.rule), rules.join(', ') || 'no rule');
  }
  const asked = explanation?.asked ?? [];
  if (wanted.asks) {
    const isSame = asked.length === wanted.asks.length;
    const isStage = (text: string, index: number) => {
      const stage = asked[index];
      return stage !== undefined && [stageWords([stage]), stage.by.join(', ')].includes(text);
    };
    if (!isSame || !wanted.asks.every(isStage))
      tell('asks', listed(wanted.asks), listed(asked.map((one) => stageWords([one]))));
  }
  if (wanted.people) {
    const people = [
      ...new Set(asked.flatMap((one) => one.people.map(({ email, name }) => fold(email ?? name)))),
    ].sort();
    if (differ(sorted(wanted.people), people)) tell('people', listed(wanted.people), listed(people));
  }
  if (wanted.needs) {
    const needs = said?.kind === 'allowed' ? said.obligations.map(({ kind }) => kind) : [];
    const kinds = [...new Set(needs)].sort();
    if (differ(sorted(wanted.needs), kinds))
      tell('needs', wanted.needs.join(', ') || 'nothing', kinds.join(', ') || 'nothing');
  }
  return found;
}

/** The policy file of a test file, and the test file of a policy. */
function filesOf(file: string): { policy?: string; tests: string } {
  if (/\.test\.ya?ml$/.test(file)) return { tests: file };
  return { policy: file, tests: file.replace(/(\.ya?ml)?$/, (end) => `.test${end || '.yaml'}`) };
}

/** Plays a test file. Throws UsageError and PolicyError. */
export async function playCases(file: string): Promise<readonly CaseResult[]> {
  const { policy: given, tests } = filesOf(file);
  if (!existsSync(tests)) throw new UsageError(`${tests}: there is no test file beside the policy`);
  const { policy: named, facts, cases } = readTestFile(tests);
  const policyFile = given ?? (named === undefined ? tests.replace('.test.', '.') : join(dirname(tests), named));
  const { policy } = await loadPolicy(policyFile);
  const tryOut = createTryOut(policy, facts);
  const results: CaseResult[] = [];
  for (const one of cases) {
    try {
      const { line, effect, as, at } = one;
      const explanation = effect ? await tryOut.effect(one, effect) : await tryOut.line(as, line ?? '', at);
      results.push({ name: one.name, differences: compare(one, outcomeOf(explanation)) });
    } catch (error) {
      if (error instanceof UsageError) throw new UsageError(`${tests}: ${one.name}: ${error.message}`);
      // The bot would answer this way: the name is not known, or the policy hides it.
      if (!(error instanceof Fault)) throw error;
      const { message, code } = asFault(error);
      const outcome: Outcome = { verdict: 'refused', words: message };
      const isRefusal = code === 'not-allowed' || one.because !== undefined;
      const differences = isRefusal ? compare(one, outcome) : [`the line was not understood: ${message}`];
      results.push({ name: one.name, differences });
    }
  }
  return results;
}
