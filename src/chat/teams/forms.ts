// Maps a form's fields to Adaptive Card inputs and back. An input's id is its field's id.

import type { IChoiceSetInput, IRichTextBlock, ITextInput, IToggleInput } from '@microsoft/teams.cards';
import type { Field } from '../../core/chat.ts';
import { cardText, textBlock } from './text.ts';

/** Keys of an action's data that are not inputs. A field with such an id gets a prefix. */
const RESERVED = new Set(['request', 'command', 'form', 'verb', 'owner', 'msteams', 'type']);
const RENAMED = 'field.';

function inputId(fieldId: string): string {
  return RESERVED.has(fieldId) || fieldId.startsWith(RENAMED) ? `${RENAMED}${fieldId}` : fieldId;
}

function input(field: Field): ITextInput | IChoiceSetInput | IToggleInput {
  const label = cardText(field.label);
  const common = {
    id: inputId(field.id),
    ...(field.isRequired ? { isRequired: true, errorMessage: `${label} is required.` } : {}),
  };
  const placeholder = field.placeholder === undefined ? {} : { placeholder: cardText(field.placeholder) };
  const value = field.value === undefined ? {} : { value: field.value };
  switch (field.kind) {
    case 'line':
      return { type: 'Input.Text', label, ...common, ...placeholder, ...value };
    case 'lines':
      return { type: 'Input.Text', label, isMultiline: true, ...common, ...placeholder, ...value };
    case 'choice':
      return {
        type: 'Input.ChoiceSet',
        label,
        style: 'compact',
        ...common,
        ...placeholder,
        ...value,
        choices: (field.choices ?? []).map((choice) => ({ title: cardText(choice.label), value: choice.value })),
      };
    case 'toggle':
      return {
        type: 'Input.Toggle',
        title: label,
        valueOn: 'true',
        valueOff: 'false',
        ...common,
        value: field.value ?? 'false',
      };
  }
}

/** The inputs of fields, each followed by its error. */
export function inputs(fields: readonly Field[]): (ITextInput | IChoiceSetInput | IToggleInput | IRichTextBlock)[] {
  return fields.flatMap((field) => {
    const drawn = input(field);
    if (field.error === undefined) return [drawn];
    return [drawn, textBlock(field.error, { color: 'Attention', size: 'Small' }, { spacing: 'None' })];
  });
}

/** The inputs' values in an action's data. Only strings, numbers and booleans are kept. */
export function fieldsOf(data: Readonly<Record<string, unknown>>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [key, value] of Object.entries(data)) {
    if (RESERVED.has(key)) continue;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') continue;
    const id = key.startsWith(RENAMED) ? key.slice(RENAMED.length) : key;
    if (id === '__proto__') continue;
    fields[id] = String(value);
  }
  return fields;
}
