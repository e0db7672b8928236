// Maps a form's fields to a modal's input blocks and back. An input's block_id contains its field's id, so that typed values survive
// an update of the modal and errors are shown at their fields.

import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Field } from '../../core/chat.ts';
import { plain, shorten } from '../shared/plain-text.ts';
import { ACTIONS } from './buttons.ts';
import { LIMITS } from './limits.ts';
import { plainObject } from './text.ts';

const prefix = 'field:';

/** The block_id of a field's input. */
export function blockIdOf(fieldId: string): string {
  return `${prefix}${fieldId}`.slice(0, LIMITS.id);
}

/** The field id in a block_id; undefined where it is another block's. */
export function fieldIdOf(blockId: string | undefined): string | undefined {
  return blockId?.startsWith(prefix) ? blockId.slice(prefix.length) : undefined;
}

/** Parts of ARM ids and their abbreviations in option values, which Slack limits in length. */
const packs: readonly (readonly [string, string])[] = [
  ['/subscriptions/', '{s}'],
  ['/resourceGroups/', '{g}'],
  ['/providers/', '{p}'],
  ['Microsoft.ManagedIdentity/userAssignedIdentities/', '{i}'],
];
const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** A value shortened for an option; undefined where it is still too long. */
export function packed(value: string): string | undefined {
  if (value.length <= LIMITS.optionValueSafe && !value.startsWith('~') && value !== '') return value;
  let text = value;
  if (!/[{}]/.test(value)) {
    for (const [long, short] of packs) text = text.replaceAll(long, short);
    text = text.replace(GUID, (guid) => `{${Buffer.from(guid.replaceAll('-', ''), 'hex').toString('base64url')}}`);
  }
  const made = `~${text}`;
  return value !== '' && made.length <= LIMITS.optionValue ? made : undefined;
}

/** The full value of an option. Inverse of `packed`. */
export function unpacked(value: string): string {
  if (!value.startsWith('~')) return value;
  let text = value.slice(1);
  for (const [long, short] of packs) text = text.replaceAll(short, long);
  return text.replace(/\{([\w-]{22})\}/g, (_whole, code: string) => {
    const hex = Buffer.from(code, 'base64url').toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  });
}

/** A label and its value. */
export interface Choice {
  readonly label: string;
  readonly value: string;
}

/** An option with its value. */
export type SlackOption = types.PlainTextOption & { readonly value: string };

/** An option of a select; undefined where its value is too long. */
function option({ label, value }: Choice): SlackOption | undefined {
  const code = packed(value);
  return code === undefined ? undefined : { text: plainObject(label, LIMITS.optionText), value: code };
}

/** Options for a typed query. The query itself is the first option: it may be valid though no suggestion matches it. */
export function optionsFor(query: string, found: readonly Choice[]): SlackOption[] {
  const typed = plain(query).trim();
  const isKnown = found.some(({ label, value }) => label === typed || value === typed);
  const all = typed === '' || isKnown ? found : [{ label: typed, value: typed }, ...found];
  const seen = new Set<string>();
  const options: SlackOption[] = [];
  for (const choice of all) {
    const made = option(choice);
    if (!made || seen.has(made.value)) continue;
    seen.add(made.value);
    options.push(made);
  }
  return options.slice(0, LIMITS.selectOptions);
}

function input(field: Field): types.InputBlockElement {
  const placeholder =
    field.placeholder === undefined ? {} : { placeholder: plainObject(field.placeholder, LIMITS.placeholder) };
  const known = field.value === undefined ? undefined : field.choices?.find(({ value }) => value === field.value);
  const initial = field.value === undefined ? undefined : option(known ?? { label: field.value, value: field.value });
  const isTooLong = field.value !== undefined && field.value !== '' && initial === undefined;
  if (field.kind === 'toggle') {
    const yes = { text: plainObject('Yes', LIMITS.optionText), value: 'true' };
    return {
      type: 'checkboxes',
      action_id: ACTIONS.value,
      options: [yes],
      ...(field.value === 'true' ? { initial_options: [yes] } : {}),
    };
  }
  const options = field.kind === 'choice' ? optionsFor('', field.choices ?? []) : [];
  if (options.length > 0) {
    const listed = options.find(({ value }) => value === initial?.value);
    return {
      type: 'static_select',
      action_id: ACTIONS.value,
      ...placeholder,
      options,
      ...(listed ? { initial_option: listed } : {}),
    };
  }
  if (field.isSearchable && !isTooLong) {
    return {
      type: 'external_select',
      action_id: ACTIONS.suggest,
      min_query_length: 0,
      ...placeholder,
      ...(initial ? { initial_option: initial } : {}),
    };
  }
  return {
    type: 'plain_text_input',
    action_id: ACTIONS.value,
    ...(field.kind === 'lines' ? { multiline: true } : {}),
    max_length: LIMITS.inputText,
    ...placeholder,
    ...(field.value === undefined || field.value === ''
      ? {}
      : { initial_value: shorten(plain(field.value), LIMITS.inputText) }),
  };
}

/** The input blocks of fields, each followed by its error. */
export function inputs(fields: readonly Field[]): types.KnownBlock[] {
  return fields.slice(0, 40).flatMap((field) => {
    const drawn: types.InputBlock = {
      type: 'input',
      block_id: blockIdOf(field.id),
      label: plainObject(field.label, LIMITS.inputLabel),
      optional: field.isRequired !== true || field.kind === 'toggle',
      // A suggestion query does not contain the other inputs' values: dispatch each change that other fields depend on.
      ...(field.isNarrowing ? { dispatch_action: true } : {}),
      element: input(field),
    };
    if (field.error === undefined) return [drawn];
    return [drawn, { type: 'context', elements: [plainObject(`⚠️ ${field.error}`, LIMITS.textObject)] }];
  });
}

const stateSchema = z.object({
  values: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        type: z.string().optional(),
        value: z.string().nullish(),
        selected_option: z
          .looseObject({ value: z.string(), text: z.looseObject({ text: z.string() }).nullish() })
          .nullish(),
        selected_options: z.array(z.looseObject({ value: z.string() })).nullish(),
      }),
    ),
  ),
});

/** The values of a view's inputs, by field id. Empty inputs are left out. */
export interface Filled {
  readonly values: Record<string, string>;
  /** Labels of chosen options, where they differ from the value. */
  readonly labels: Record<string, string>;
}

/** Reads a view's state. Inputs that are not a form's fields are left out. */
export function filledIn(state: unknown): Filled {
  const parsed = stateSchema.safeParse(state);
  const values: Record<string, string> = {};
  const labels: Record<string, string> = {};
  if (!parsed.success) return { values, labels };
  for (const [blockId, actions] of Object.entries(parsed.data.values)) {
    const id = fieldIdOf(blockId);
    if (id === undefined || id === '__proto__') continue;
    for (const { type, value, selected_option: one, selected_options: many } of Object.values(actions)) {
      if (type === 'checkboxes' || many)
        values[id] = (many ?? []).some((each) => each.value === 'true') ? 'true' : 'false';
      else if (one) {
        values[id] = unpacked(one.value);
        if (one.text && one.text.text !== values[id]) labels[id] = one.text.text;
      } else if (value !== undefined && value !== null && value !== '') values[id] = value;
    }
  }
  return { values, labels };
}
