// Assigns the words of a line to the parameters of a command, by flag and by position, in linear time.

import { fold } from '../model/fold.ts';
import type { CommandDefinition, Param } from './define.ts';
import { flagOf, usage } from './format-line.ts';
import { kinds, type ParserPorts } from './kinds.ts';
import { ParseFault } from './parse-fault.ts';
import { splitTags } from './parse-tags.ts';
import { plainWord, quoteWord } from './tokenize.ts';

/** The words given for each parameter. A switch has none. */
export type Given = ReadonlyMap<string, readonly string[]>;

/**
 * Flags of az for output and confirmation. They do not affect the change itself, so they are accepted and have no
 * effect; true where a value follows. Source: the global arguments in `az identity create --help`.
 */
const withoutEffect: ReadonlyMap<string, boolean> = new Map([
  ['--output', true],
  ['-o', true],
  ['--query', true],
  ['--yes', false],
  ['-y', false],
  ['--no-wait', false],
  ['--only-show-errors', false],
  ['--verbose', false],
  ['--debug', false],
]);

const short = (word: string, most = 60) => (word.length > most ? `${word.slice(0, most)}…` : word);

function isFlag(word: string): boolean {
  return /^--?[A-Za-z]/.test(word);
}

/** The typed words by parameter, in the format of form fields. */
export function typedWords(command: CommandDefinition, given: Given): Record<string, string> {
  const text = (name: string, words: readonly string[]) => {
    if (words.length === 0) return 'true';
    // In a field as in a line, quotes keep a tag with a comma or a space in one piece.
    return holdsTags(command.params[name])
      ? words.map((word) => quoteWord(word, word.includes(','))).join(' ')
      : words.join(' ');
  };
  return Object.fromEntries([...given].map(([name, words]) => [name, text(name, words)]));
}

/** Whether the parameter takes tags, which are split at commas too. */
export function holdsTags(param: Param | undefined): boolean {
  return param?.kind === 'tags' || param?.kind === 'tag-filter';
}

/** Assigns `words`, the result of `splitGuarded` without the verb, to parameters. Throws ParseFault. */
export function assignWords(command: CommandDefinition, words: readonly string[], { textTools }: ParserPorts): Given {
  const given = new Map<string, string[]>();
  const params = Object.entries(command.params);
  const byPosition = params
    .filter(([, param]) => param.position !== undefined)
    .sort(([, a], [, b]) => (a.position ?? 0) - (b.position ?? 0));
  const byFlag = new Map(
    params.flatMap((entry) => [...(entry[1].flags ?? []), ...(entry[1].idFlags ?? [])].map((flag) => [flag, entry])),
  );
  const fail = (message: string, next: string, param?: string) =>
    new ParseFault(command, typedWords(command, given), message, next, param);
  /** Appends to the words of the parameter in place; copying each time would take quadratic time. */
  const give = (name: string, param: Param, more: readonly string[]) => {
    const list = given.get(name) ?? [];
    for (const word of holdsTags(param) ? splitTags(more) : more.map(plainWord)) list.push(word);
    given.set(name, list);
  };

  let position = 0;
  let index = 0;
  /** The words up to the next flag. */
  const upToFlag = (): string[] => {
    const start = index;
    while (index < words.length && !isFlag(words[index] as string)) index++;
    return words.slice(start, index);
  };

  const byPlace = (word: string) => {
    const place = byPosition[position];
    if (!place) {
      throw fail(`Unexpected word “${short(plainWord(word))}”.`, `${usage(command)} Put values with spaces in quotes.`);
    }
    const [name, param] = place;
    const takesAll = kinds[param.kind].takes === 'many' && position === byPosition.length - 1;
    const earlier = given.get(name);
    if (earlier !== undefined && !takesAll) {
      throw fail(
        `${param.label} is given twice: “${short(earlier.join(' '))}” and “${short(plainWord(word))}”.`,
        `Enter it once, with ${flagOf(param) ?? 'a flag'} or by position.`,
        name,
      );
    }
    give(name, param, takesAll ? [word, ...upToFlag()] : [word]);
    if (!takesAll) position++;
  };

  const byName = (word: string) => {
    const [flag = word, inline] = splitAtEquals(word);
    const known = byFlag.get(flag.startsWith('--') ? fold(flag) : flag);
    const values = inline === undefined ? [] : [inline];
    if (!known) {
      const takesValue = command.writes === 'request' ? undefined : withoutEffect.get(fold(flag));
      if (takesValue === undefined) throw unknownFlag(flag);
      if (takesValue && inline === undefined && index < words.length && !isFlag(words[index] as string)) index++;
      return;
    }
    const [name, param] = known;
    const { takes, rule } = kinds[param.kind];
    if (given.has(name) && !holdsTags(param)) {
      throw fail(`${param.label} is given twice: ${flag} repeats it.`, 'Enter it once.', name);
    }
    if (param.idFlags?.includes(fold(flag))) {
      values.push(...upToFlag());
      throwUnlessOneId(flag, values, name);
    } else if (takes === 'many') values.push(...upToFlag());
    else if (takes === 'one' && values.length === 0 && index < words.length && !isFlag(words[index] as string)) {
      values.push(words[index++] as string);
    }
    if (takes !== 'none' && values.length === 0) throw fail(`${flag} needs a value.`, `Enter ${rule}.`, name);
    give(name, param, values);
  };

  const throwUnlessOneId = (flag: string, values: readonly string[], name: string) => {
    if (values.length > 1) {
      const next = 'Enter one command for each identity.';
      throw fail(`${flag} takes one resource id, but ${values.length} were entered.`, next, name);
    }
    if (values[0] !== undefined && !values[0].includes('/')) {
      const next = `Enter the full id, or the name with ${flagOf(command.params[name] as Param)}.`;
      throw fail(`“${short(plainWord(values[0]))}” is not a resource id.`, next, name);
    }
  };

  const unknownFlag = (flag: string) => {
    const known = [...byFlag.keys()];
    const near = textTools.nearest(flag, known, 1);
    return fail(
      `Unknown flag ${short(plainWord(flag))} for ${command.name}.`,
      near.length > 0
        ? `Did you mean ${near[0]}?`
        : known.length > 0
          ? `Available flags: ${known.join(', ')}.`
          : 'This command has no flags.',
    );
  };

  while (index < words.length) {
    const word = words[index++] as string;
    if (isFlag(word)) byName(word);
    else byPlace(word);
  }
  return given;
}

function splitAtEquals(word: string): [string, string?] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}
