// Maps a card's buttons to Block Kit buttons and back. A button's value is a request id or a command, and is not trusted: it is
// authorized as if it were typed.

import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Button, Card, Field } from '../../core/chat.ts';
import { LIMITS } from './limits.ts';
import { plainObject } from './text.ts';

/** The action_ids besides `request.<verb>`. */
export const ACTIONS = {
  command: 'command.run',
  /** The answer replaces the card. */
  commandHere: 'command.run:here',
  form: 'form.open',
  back: 'plan.back',
  suggest: 'suggest',
  value: 'value',
  link: 'link',
} as const;

/** Buttons per row; Slack wraps longer rows arbitrarily. */
const perRow = 5;

/** The prompt of a button: verb, the button's label, and the field's id, kind, label, 1 where it is required. */
const promptSchema = z.tuple([
  z.string(),
  z.string(),
  z.string(),
  z.enum(['line', 'lines']),
  z.string(),
  z.literal([0, 1]),
]);
type Prompt = z.infer<typeof promptSchema>;

function commandValue(command: string, owner: string | undefined): string {
  return owner === undefined ? command : JSON.stringify({ t: command, o: owner });
}

const ownedSchema = z.object({ t: z.string(), o: z.string() });

/** The command in a button's value, and its owner where only one person may use the button. */
export function commandIn(value: string): { text: string; owner?: string } {
  if (!value.startsWith('{')) return { text: value };
  try {
    const { t: text, o: owner } = ownedSchema.parse(JSON.parse(value));
    return { text, owner };
  } catch {
    return { text: value };
  }
}

interface DrawnButton {
  readonly id: string;
  readonly rest: Omit<types.Button, 'type' | 'action_id'>;
}

/** The Block Kit button; undefined where its value exceeds Slack's limits. */
function drawn(button: Button): DrawnButton | undefined {
  const text = plainObject(button.label, LIMITS.buttonText);
  const style = 'style' in button && button.style !== undefined ? { style: button.style } : {};
  switch (button.kind) {
    case 'request':
      return { id: button.verb, rest: { text, value: button.requestId, ...style } };
    case 'command': {
      const value = commandValue(button.command, button.owner);
      if (value.length > LIMITS.buttonValue) return undefined;
      return { id: button.isInPlace ? ACTIONS.commandHere : ACTIONS.command, rest: { text, value, ...style } };
    }
    case 'form':
      return undefined;
    case 'link':
      return button.url.length > LIMITS.buttonUrl ? undefined : { id: ACTIONS.link, rest: { text, url: button.url } };
  }
}

/** The button that opens a form, for surfaces without inputs. Its value has the form's values, if they fit. */
function opener(card: Card): types.Button[] {
  const form = card.buttons.find((button) => button.kind === 'form');
  if (!form) return [];
  const fields = card.blocks.flatMap((block) => (block.kind === 'fields' ? block.fields : []));
  const values = Object.fromEntries(fields.flatMap(({ id, value }) => (value === undefined ? [] : [[id, value]])));
  const whole = JSON.stringify({ c: form.command, f: values });
  const value = whole.length <= LIMITS.buttonValue ? whole : JSON.stringify({ c: form.command, f: {} });
  const text = plainObject('Open form', LIMITS.buttonText);
  return [{ type: 'button', action_id: ACTIONS.form, text, value, style: 'primary' }];
}

/** Of a block_id, how much prompts may take: the Home tab numbers rows higher. */
const mostPrompts = LIMITS.id - 'actions:000:'.length;

/** A button's prompt. One that does not fit a block_id is left out: the core refuses an action without what it needs. */
function promptFor(button: Button): Prompt[] {
  if (button.kind !== 'request' || !button.asks) return [];
  const { id, kind, label, isRequired } = button.asks;
  const prompt: Prompt = [
    button.verb,
    button.label,
    id,
    kind === 'lines' ? 'lines' : 'line',
    label,
    isRequired ? 1 : 0,
  ];
  return JSON.stringify([prompt]).length <= mostPrompts ? [prompt] : [];
}

/** The block_id of a row, which contains the prompts of its buttons. */
function blockId(index: number, row: readonly Button[]): string {
  const prompts = row.flatMap(promptFor);
  return prompts.length === 0 ? `actions:${index}` : `actions:${index}:${JSON.stringify(prompts)}`;
}

/** Whether a row's block_id has room for the prompts of all these buttons. */
const hasRoom = (row: readonly Button[]) => JSON.stringify(row.flatMap(promptFor)).length <= mostPrompts;

/** The prompt of a button, from its block_id, and the button's label. A denial always has one. */
export function promptOf(
  verb: string,
  id: string | undefined,
): { readonly label: string; readonly field: Field } | undefined {
  const json = /^actions:\d+:(\[.*\])$/s.exec(id ?? '')?.[1];
  try {
    const prompts = z.array(promptSchema).parse(JSON.parse(json ?? '[]'));
    const found = prompts.find(([ofVerb]) => ofVerb === verb);
    if (found) {
      const [, label, fieldId, kind, fieldLabel, required] = found;
      return {
        label,
        field: { id: fieldId, kind, label: fieldLabel, ...(required === 1 ? { isRequired: true } : {}) },
      };
    }
  } catch {
    // Not prompts: use the default.
  }
  if (verb !== 'request.deny') return undefined;
  const field = { id: 'comment', kind: 'lines', label: 'Reason (the requester reads this)', isRequired: true } as const;
  return { label: 'Deny', field };
}

/** The rows of buttons. action_ids are unique within a row; those of request buttons are exactly `request.<verb>`. */
export function actions(card: Card, isFormHere = false): types.KnownBlock[] {
  const rows: { buttons: Button[]; drawn: types.Button[]; ids: Set<string> }[] = [];
  for (const button of card.buttons) {
    const made = drawn(button);
    if (!made) continue;
    let row = rows.at(-1);
    const isTwice = made.id.startsWith('request.') && row?.ids.has(made.id);
    if (!row || row.drawn.length >= perRow || isTwice || !hasRoom([...row.buttons, button])) {
      row = { buttons: [], drawn: [], ids: new Set() };
      rows.push(row);
    }
    let id = made.id;
    for (let number = 2; row.ids.has(id); number++) id = `${made.id}:${number}`;
    row.ids.add(id);
    row.buttons.push(button);
    row.drawn.push({ type: 'button', action_id: id, ...made.rest });
  }
  const blocks: types.KnownBlock[] = rows
    .slice(0, 5)
    .map(({ buttons, drawn: elements }, index) => ({ type: 'actions', block_id: blockId(index, buttons), elements }));
  const gone = rows.slice(5).reduce((sum, row) => sum + row.drawn.length, 0);
  if (gone > 0) {
    const note = plainObject(`… and ${gone} more. Use a more specific command to see them.`, LIMITS.textObject);
    return [...blocks, { type: 'context', elements: [note] }];
  }
  const openers = isFormHere ? [] : opener(card);
  return openers.length === 0 ? blocks : [{ type: 'actions', block_id: 'actions:form', elements: openers }, ...blocks];
}

const openSchema = z.object({ c: z.string(), f: z.record(z.string(), z.string()) });

/** Command and values of a button that opens a form; undefined where it is another button. */
export function openedForm(value: string | undefined): { command: string; values: Record<string, string> } | undefined {
  try {
    const { c, f } = openSchema.parse(JSON.parse(value ?? ''));
    return { command: c, values: f };
  } catch {
    return undefined;
  }
}
