// Maps a card's buttons to Adaptive Card actions and back. An action's data is a request id or a command, and is not trusted: it is
// authorized as if it were typed.

import type { ActionStyle, IExecuteAction, IOpenUrlAction, IShowCardAction } from '@microsoft/teams.cards';
import { z } from 'zod';
import type { Button } from '../../core/chat.ts';
import { shorten } from '../shared/plain-text.ts';
import { fieldsOf, inputs } from './forms.ts';
import { LIMITS } from './limits.ts';
import { cardText } from './text.ts';

/** The actions used. */
export type CardAction = IExecuteAction | IOpenUrlAction | IShowCardAction;

/** The verbs besides `request.<verb>`. */
const VERBS = { command: 'command.run', form: 'form.submit' } as const;

const STYLES: Readonly<Record<'primary' | 'danger', ActionStyle>> = { primary: 'positive', danger: 'destructive' };

/** The action of a button. One with a prompt is an Action.ShowCard with the field and the action. */
export function buttonAction(button: Button): CardAction {
  const title = shorten(cardText(button.label), LIMITS.buttonTitle);
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

/** A selected button, with the values of the card's inputs. */
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

/** Decodes an action's verb and data; undefined where it is not one of the bot's. */
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

/** Whether the answer replaces the button's card: always, except for commands without `isInPlace`. */
export function staysInPlace(button: PressedButton): boolean {
  return button.kind !== 'command' || button.isInPlace;
}
