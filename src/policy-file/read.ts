// Reads policy.yaml into the core's Policy. All mistakes are reported at once, each with its line; a policy with a mistake is
// not used, and without a policy the bot does not start.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { Policy } from '../core/model/policy.ts';
import type { TextTools } from '../core/ports.ts';
import { findMistakes, type Mistake } from './checks.ts';
import { type PolicyCommand, schemaFor } from './schema.ts';
import { toPolicy } from './to-policy.ts';

/** The mistakes in a policy file, one line each, for an operator. */
export class PolicyError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'PolicyError';
    this.problems = problems;
  }
}

/** Names a text of the policy, in log and audit: its SHA-256, whole, so that no other text can be made that bears the name. */
export function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Says at which line of a policy's text something is: `path` is that of its keys and positions. */
type LineOf = (path: readonly PropertyKey[]) => number;

function linesOf(document: Document, lines: LineCounter): LineOf {
  return (path) => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
}

const where = (path: readonly PropertyKey[]) =>
  path
    .map((part) => (typeof part === 'number' ? `[${part + 1}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '') || 'policy';

/** A mistake as it is told to an operator: file, line, place and what is wrong. */
function describeMistake(file: string, lineOf: LineOf, { path, message }: Mistake): string {
  return `${file}:${lineOf(path)}: ${where(path)}: ${message}`;
}

/** Says at which line of this text something is. */
export function lineFinder(text: string): LineOf {
  const lines = new LineCounter();
  return linesOf(parseDocument(text, { lineCounter: lines }), lines);
}

/** Mistakes that were found in a policy after it was read, each with its line, as `parsePolicy` tells its own. */
export function describeMistakes(text: string, file: string, mistakes: readonly Mistake[]): readonly string[] {
  const lineOf = lineFinder(text);
  return mistakes.map((mistake) => describeMistake(file, lineOf, mistake));
}

/** Parses a policy's text. `file` is only named in errors; `commands` are those that rules may name. Throws PolicyError. */
export function parsePolicy(
  text: string,
  file: string,
  textTools: TextTools,
  commands: readonly PolicyCommand[],
): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new PolicyError(
      document.errors.map(
        (error) =>
          `${file}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]?.replace(/ at line.*$/, '')}`,
      ),
    );
  }
  const lineOf = linesOf(document, lines);
  const tell = (path: readonly PropertyKey[], message: string) =>
    describeMistake(file, lineOf, { path: path as Mistake['path'], message });
  const result = schemaFor(textTools, commands).safeParse(document.toJS() ?? {});
  if (!result.success) {
    throw new PolicyError(
      result.error.issues.flatMap((issue) => {
        if (issue.code === 'unrecognized_keys') {
          return issue.keys.map((key) => tell([...issue.path, key], 'unknown key'));
        }
        // The issue of a union is unspecific; those of its branches say what is wrong.
        const inner =
          issue.code === 'invalid_union'
            ? issue.errors
                .flat()
                .filter(({ path, code }) => path.length > 0 || code === 'custom' || code === 'unrecognized_keys')
            : [];
        if (inner.length > 0) {
          return inner.map((one) =>
            one.code === 'unrecognized_keys'
              ? tell([...issue.path, ...one.path, one.keys[0] ?? ''], 'unknown key')
              : tell([...issue.path, ...one.path], one.message),
          );
        }
        return [tell(issue.path, issue.message)];
      }),
    );
  }
  const mistakes = findMistakes(result.data, textTools, commands);
  if (mistakes.length > 0) throw new PolicyError(mistakes.map(({ path, message }) => tell(path, message)));
  return toPolicy(result.data, versionOf(text), commands);
}

/** Reads the file's text. Throws PolicyError where there is none. */
export async function readPolicyText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new PolicyError([
      `${file}: the policy file ${why}. Set POLICY_FILE to its path. Identity Desk does not start without a policy.`,
    ]);
  }
}
