// What people see in Slack, read from the calls of the bot: messages, buttons and views.

import { textOf } from '../slack/blocks.ts';
import type { FakeSlack, Json } from '../slack/fake-slack.ts';

/** A message with the blocks and text of its latest version. */
export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly thread?: string;
  readonly body: Json;
  /** Number of updates. */
  readonly updates: number;
}

/** The messages of all conversations, oldest first. */
export function messagesIn(slack: FakeSlack): SlackMessage[] {
  const found = new Map<string, SlackMessage>();
  for (const { method, body, answer } of slack.calls) {
    if (answer.ok !== true) continue;
    if (method === 'chat.postMessage') {
      const [channel, ts] = [String(body.channel), String(answer.ts)];
      const thread = typeof body.thread_ts === 'string' ? { thread: body.thread_ts } : {};
      found.set(`${channel} ${ts}`, { channel, ts, ...thread, body, updates: 0 });
    }
    if (method === 'chat.update') {
      const key = `${String(body.channel)} ${String(body.ts)}`;
      const was = found.get(key);
      if (was) found.set(key, { ...was, body, updates: was.updates + 1 });
    }
  }
  return [...found.values()];
}

export interface SlackButton {
  readonly label: string;
  readonly actionId: string;
  readonly value: string;
  readonly blockId?: string;
}

export function slackButtons(of: Json): SlackButton[] {
  return ((of.blocks as Json[] | undefined) ?? []).flatMap(({ elements, block_id: blockId, type }) =>
    type === 'actions'
      ? (elements as Json[]).map(({ text, action_id: actionId, value }) => ({
          label: String((text as Json).text),
          actionId: String(actionId),
          value: String(value ?? ''),
          ...(typeof blockId === 'string' ? { blockId } : {}),
        }))
      : [],
  );
}

/** A modal or a Home tab that a person sees. */
export interface SlackView {
  readonly id: string;
  readonly view: Json;
}

/** The state of a modal that is submitted with these values by field id, and its initial ones. */
export function submittedState(view: Json, fields: Readonly<Record<string, string>>): Json {
  const values: Record<string, Json> = {};
  for (const block of view.blocks as Json[]) {
    if (block.type !== 'input') continue;
    const { type, action_id: actionId, ...element } = block.element as Json;
    const given = fields[String(block.block_id).replace(/^field:/, '')];
    const state: Json = { type };
    if (String(type).endsWith('_select')) {
      const choice = given === undefined ? element.initial_option : { value: given };
      state.selected_option = choice ?? null;
    } else if (type === 'checkboxes') {
      state.selected_options = given === undefined ? (element.initial_options ?? []) : [{ value: given }];
    } else state.value = given ?? element.initial_value ?? null;
    values[String(block.block_id)] = { [String(actionId)]: state };
  }
  return { values };
}

/** The id of the request that a message or a view is about. */
export function idIn(body: unknown): string {
  const id = /R-[0-9A-Z]{6}/.exec(textOf(body))?.[0];
  if (!id) throw new Error(`no request’s id in: ${textOf(body)}`);
  return id;
}
