// Buttons of a card ↔ actions of an Adaptive Card. A button carries a request's id or a command and nothing that is trusted: what
// comes back is authorised as if it were typed.

import type { ActionStyle, IExecuteAction, IOpenUrlAction, IShowCardAction } from '@microsoft/teams.cards';
import { z } from 'zod';
import type { Button } from '../../core/chat.ts';
import { shorten } from '../../core/plain-text.ts';
import { fieldsOf, inputs } from './forms.ts';
import { LIMITS } from './limits.ts';
import { cardLine } from './text.ts';

export type CardAction = IExecuteAction | IOpenUrlAction | IShowCardAction;

/** The verbs of actions besides `request.<verb>`. */
const VERBS = { command: 'command.run', form: 'form.submit' } as const;

const STYLES: Readonly<Record<'primary' | 'danger', ActionStyle>> = { primary: 'positive', danger: 'destructive' };

/** The action of a button. One that prompts first opens a part of the card with the field and the action itself. */
export function buttonAction(button: Button): CardAction {
  const title = shorten(cardLine(button.label), LIMITS.buttonTitle);
  if (button.kind === 'link') return { type: 'Action.OpenUrl', title, url: button.url };
  const style = button.style === undefined ? {} : { style: STYLES[button.style] };
  const execute = (verb: string, data: Readonly<Record<string, unknown>>): IExecuteAction => ({
    type: 'Action.Execute',
    title,
    verb,
    data,
    ...style,
  });
  switch (button.kind) {
    case 'command': {
      const { command, isInPlace, owner } = button;
      return execute(VERBS.command, {
        command,
        ...(isInPlace ? { inPlace: true } : {}),
        ...(owner === undefined ? {} : { owner }),
      });
    }
    case 'form':
      return execute(VERBS.form, { form: button.command });
    case 'request': {
      const action = execute(button.verb, { request: button.requestId });
      if (button.asks === undefined) return action;
      const card = { type: 'AdaptiveCard' as const, body: inputs([button.asks]), actions: [action] };
      return { type: 'Action.ShowCard', title, ...style, card };
    }
  }
}

/** A button as it comes back when it was pressed, with what was typed into the card. */
export type PressedButton =
  | { readonly kind: 'command'; readonly command: string; readonly isInPlace: boolean; readonly owner?: string }
  | { readonly kind: 'form'; readonly command: string; readonly fields: Readonly<Record<string, string>> }
  | {
      readonly kind: 'request';
      readonly verb: string;
      readonly requestId: string;
      readonly fields: Readonly<Record<string, string>>;
    };

const dataSchema = z.record(z.string(), z.unknown());

/** The button of an action's verb and data; undefined where it is none of the bot's. */
export function pressedButton(verb: string, actionData: unknown): PressedButton | undefined {
  const data = dataSchema.safeParse(actionData).data ?? {};
  const { request, command, form, owner, inPlace } = data;
  if (verb === VERBS.command && typeof command === 'string') {
    return { kind: 'command', command, isInPlace: inPlace === true, ...(typeof owner === 'string' ? { owner } : {}) };
  }
  if (verb === VERBS.form && typeof form === 'string') return { kind: 'form', command: form, fields: fieldsOf(data) };
  if (verb.startsWith('request.') && typeof request === 'string') {
    return { kind: 'request', verb, requestId: request, fields: fieldsOf(data) };
  }
  return undefined;
}

/** Whether the answer belongs in the place of the button's card: all but a command's that does not say so. */
export function staysInPlace(button: PressedButton): boolean {
  return button.kind !== 'command' || button.isInPlace;
}
