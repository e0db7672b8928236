// npm run policy: checks a policy, explains what it says, and plays its tests, without Azure and without the bot.

import { parseArgs } from 'node:util';
import { explanationCard } from '../src/core/cards/explanation-card.ts';
import { Fault } from '../src/core/errors.ts';
import { PolicyError } from '../src/policy-file/read.ts';
import { cardText } from './card-text.ts';
import { noFacts, readTestFile, UsageError } from './facts-schema.ts';
import { loadPolicy } from './load-policy.ts';
import { playCases } from './test-command.ts';
import { createTryOut } from './try-out.ts';

const usage = `npm run policy -- lint FILE… [--json]
    Lists mistakes and warnings. Exit code 0: none, 1: warnings, 2: mistakes.
npm run policy -- explain FILE --as EMAIL [--facts FILE] [--at TIME] LINE
    Says whether a command would be allowed, by which rules, and who would be asked. Exit code 0: allowed, 1: refused, 2: not understood.
npm run policy -- test FILE… [--json]
    Plays the cases of policy.test.yaml, which is beside policy.yaml. Exit code 0: all hold, 1: some do not, 2: not understood.
`;

const print = (text: string) => void process.stdout.write(`${text}\n`);

async function lint(files: readonly string[], isJson: boolean): Promise<number> {
  const found: { file: string; line?: number; level: 'error' | 'warning'; message: string }[] = [];
  for (const file of files) {
    try {
      const { warnings } = await loadPolicy(file);
      found.push(...warnings.map(({ line, message }) => ({ file, line, level: 'warning' as const, message })));
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      for (const problem of error.problems) {
        const [, line, message] = /^[^\n]*?:(\d+): ([\s\S]*)$/.exec(problem) ?? [];
        const where = line === undefined ? {} : { line: Number(line) };
        found.push({ file, ...where, level: 'error', message: message ?? problem.replace(`${file}: `, '') });
      }
    }
  }
  if (isJson) print(JSON.stringify(found, undefined, 2));
  else {
    for (const { file, line, level, message } of found) print(`${file}:${line ?? 1}: ${level}: ${message}`);
    const errors = found.filter(({ level }) => level === 'error').length;
    print(
      found.length === 0 ? 'No mistakes and no warnings.' : `${errors} mistakes, ${found.length - errors} warnings.`,
    );
  }
  return found.some(({ level }) => level === 'error') ? 2 : found.length > 0 ? 1 : 0;
}

async function explain(
  file: string,
  line: string,
  options: { as?: string; facts?: string; at?: string },
): Promise<number> {
  if (options.as === undefined) throw new UsageError('--as is missing: the email of the person who requests');
  const { policy } = await loadPolicy(file);
  const facts = options.facts === undefined ? noFacts : readTestFile(options.facts).facts;
  const explanation = await createTryOut(policy, facts).line(options.as, line, options.at);
  print(cardText(explanationCard(explanation, explanation.person.key)));
  return explanation.verdict.kind === 'allowed' && !explanation.impossible ? 0 : 1;
}

async function test(files: readonly string[], isJson: boolean): Promise<number> {
  const all: { file: string; name: string; differences: readonly string[] }[] = [];
  for (const file of files) all.push(...(await playCases(file)).map((one) => ({ file, ...one })));
  const failed = all.filter(({ differences }) => differences.length > 0);
  if (isJson) print(JSON.stringify(all, undefined, 2));
  else {
    for (const { file, name, differences } of failed) {
      print(`${file}: ${name}`);
      for (const difference of differences) print(`    ${difference}`);
    }
    print(`${all.length - failed.length} of ${all.length} cases hold.`);
  }
  return failed.length > 0 ? 1 : 0;
}

async function main(args: readonly string[]): Promise<number> {
  const [command, file, ...more] = args;
  if (file === undefined) throw new UsageError(usage);
  if (command === 'explain') {
    // The line has flags of its own: those of this program stand before it.
    const own: string[] = [];
    while (/^--(as|facts|at)(=|$)/.test(more[0] ?? '')) {
      const flag = more.shift() ?? '';
      own.push(flag, ...(flag.includes('=') ? [] : more.splice(0, 1)));
    }
    const { values } = parseArgs({
      args: own,
      options: { as: { type: 'string' }, facts: { type: 'string' }, at: { type: 'string' } },
    });
    const quoted = more.map((word) => (more.length > 1 && /\s/.test(word) ? `"${word}"` : word));
    return explain(file, quoted.join(' '), values);
  }
  const { values, positionals } = parseArgs({
    args: [file, ...more],
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  });
  if (command === 'lint') return lint(positionals, values.json === true);
  if (command === 'test') return test(positionals, values.json === true);
  throw new UsageError(usage);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isTold = error instanceof UsageError || error instanceof PolicyError || error instanceof Fault;
  if (!isTold && !(error instanceof TypeError && 'code' in error)) throw error;
  const next = error instanceof Fault ? ` ${error.details.next ?? ''}` : '';
  process.stderr.write(`${error.message}${next}\n`);
  process.exitCode = 2;
}
