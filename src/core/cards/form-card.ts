// The form of a command, built from its definition: a field for each parameter, filled with the known values.

import type { Block, Card, Field } from '../chat.ts';
import type { Fault } from '../errors.ts';
import type { CommandDefinition, Param } from '../grammar/define.ts';
import { narrows } from '../grammar/field-dependencies.ts';
import { kinds } from '../grammar/kinds.ts';
import { ParseFault } from '../grammar/parse-fault.ts';

/** Kinds whose values exist in Azure and can be looked up. */
const searchable: ReadonlySet<Param['kind']> = new Set([
  'identity',
  'group',
  'subscription',
  'location',
  'role',
  'scope',
  'grant',
  'resource',
]);

function fieldOf(
  id: string,
  param: Param,
  isNarrowing: boolean,
  value: string | undefined,
  error: string | undefined,
): Field {
  const kind =
    param.kind === 'switch'
      ? 'toggle'
      : param.choices
        ? 'choice'
        : param.kind === 'text' || param.kind === 'line'
          ? 'lines'
          : 'line';
  return {
    id,
    kind,
    label: param.label,
    placeholder: param.example === undefined ? param.about : `${param.about}, such as ${param.example}`,
    ...(param.isRequired ? { isRequired: true } : {}),
    ...(value === undefined || value === '' ? {} : { value }),
    ...(param.choices ? { choices: param.choices.map((choice) => ({ label: choice, value: choice })) } : {}),
    ...(error === undefined ? {} : { error }),
    ...(searchable.has(param.kind) ? { isSearchable: true as const } : {}),
    ...(isNarrowing ? { isNarrowing: true as const } : {}),
  };
}

/** Replaces flags in a text by the field labels, for people who use a form and see no flags. */
export function replaceFlagsByLabels({ params }: CommandDefinition, words: string): string {
  const labels = new Map(Object.values(params).flatMap(({ flags = [], label }) => flags.map((flag) => [flag, label])));
  return words.replace(/(?<![\w-])--?[a-z][a-z-]*/g, (flag) => (labels.has(flag) ? `“${labels.get(flag)}”` : flag));
}

function submitLabel(command: CommandDefinition): string {
  if (command.writes === 'request') return command.label;
  return command.writes ? 'Continue' : 'Show';
}

/** The error at a field: the expected format where the format is wrong, else the error itself. */
function wrongWith(fault: Fault, param: Param): string {
  return fault instanceof ParseFault ? `Enter ${kinds[param.kind].rule}.` : fault.message;
}

/** The form of a command. `fault` is the error in `values`, shown at its field and above all fields. */
export function formCard(
  command: CommandDefinition,
  values: Readonly<Record<string, string>> = {},
  fault?: Fault,
  owner?: string,
): Card {
  const params = Object.entries(command.params).filter(
    ([name, { kind, isLineOnly }]) => kind !== 'page' && (!isLineOnly || (values[name] ?? '') !== ''),
  );
  const blocks: Block[] = [];
  if (fault) {
    const next = replaceFlagsByLabels(command, fault.details.next ?? '');
    blocks.push({
      kind: 'notice',
      level: 'danger',
      text: [{ strong: replaceFlagsByLabels(command, fault.message) }, ` ${next}`],
    });
    if (fault.details.lines) blocks.push({ kind: 'code', text: fault.details.lines.join('\n') });
  }
  blocks.push({
    kind: 'fields',
    fields: params.map(([name, param]) =>
      fieldOf(
        name,
        param,
        narrows(
          param,
          params.map(([, one]) => one),
        ),
        values[name],
        fault?.details.param === name ? replaceFlagsByLabels(command, wrongWith(fault, param)) : undefined,
      ),
    ),
  });
  const isWrite = command.writes === true;
  return {
    tone: fault ? 'caution' : 'plain',
    title: command.summary,
    ...(isWrite && !fault ? { subtitle: 'The policy determines who must approve this.' } : {}),
    blocks,
    buttons: [
      { kind: 'form', command: command.name, label: submitLabel(command), style: 'primary' },
      ...(fault?.details.choices ?? []).map(({ label, command: line }) => ({
        kind: 'command' as const,
        label,
        command: line,
        // The answer of another command must not replace the typed values.
        ...(line.startsWith(`${command.name} `) ? { isInPlace: true as const } : {}),
        ...(owner === undefined ? {} : { owner }),
      })),
    ],
    fallback: fault ? fault.message : command.summary,
  };
}
