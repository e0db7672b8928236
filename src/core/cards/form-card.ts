// A command's form, made from its definition: every parameter a field, filled with what is known so far.

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
]);

function fieldOf(
  id: string,
  param: Param,
  isNarrowing: boolean,
  value: string | undefined,
  error: string | undefined,
): Field {
  const kind = param.kind === 'switch' ? 'toggle' : param.choices ? 'choice' : param.kind === 'text' ? 'lines' : 'line';
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

/** Words about flags as a form's reader needs them, who sees labels and no flags. */
export function replaceFlagsByLabels({ params }: CommandDefinition, words: string): string {
  const labels = new Map(Object.values(params).flatMap(({ flags = [], label }) => flags.map((flag) => [flag, label])));
  return words.replace(/(?<![\w-])--?[a-z][a-z-]*/g, (flag) => (labels.has(flag) ? `“${labels.get(flag)}”` : flag));
}

function submitLabel(command: CommandDefinition): string {
  if (command.writes === 'request') return command.label;
  return command.writes ? 'Continue' : 'Show';
}

/** A value of the wrong shape is told the right one; one that is well formed and will not do is told why. */
function wrongWith(fault: Fault, param: Param): string {
  return fault instanceof ParseFault ? `Enter ${kinds[param.kind].rule}.` : fault.message;
}

/** The form of a command. `fault` is what was wrong with `values`, shown at its field and above all of them. */
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
        // Another command's answer must not take the place of what was typed here.
        ...(line.startsWith(`${command.name} `) ? { isInPlace: true as const } : {}),
        ...(owner === undefined ? {} : { owner }),
      })),
    ],
    fallback: fault ? fault.message : command.summary,
  };
}
