// What people send in the kill test. Each has a name that nothing else has, so that its trace can be found.

import { textOf } from '../slack/blocks.ts';
import type { Json } from '../slack/fake-slack.ts';
import { shown, textOf as teamsText } from '../support/person.ts';
import { messagesIn, type SlackMessage, slackButtons } from '../support/slack-messages.ts';
import type { KillWorld } from './world.ts';

/** In the words for a delivery that was not taken. */
const refused = 'was not taken';

type Trace = 'answered' | 'refused' | undefined;

/** Something that a person has sent. */
export interface Action {
  readonly kind: string;
  readonly name: string;
  /** Resolves when the chat has its response, or never will: true where it was told that it was received. */
  readonly acknowledged: Promise<boolean>;
  /** Its answer, or that it was not taken; undefined: nothing yet. */
  trace(): Trace;
}

type Sent = { readonly status: number; readonly body: unknown };
type Send = (world: KillWorld, name: string) => Action;

const isOk = ({ status }: Sent) => status >= 200 && status < 300;
const traceIn = (said: readonly string[]): Trace =>
  said.some((text) => text.includes(refused)) ? 'refused' : said.length > 0 ? 'answered' : undefined;

/** What was posted to a response_url, but that it takes longer. */
const respondedTo = ({ slack }: KillWorld, path: string) =>
  slack.responses
    .filter((one) => one.path === path)
    .map(({ body }) => `${String(body.text)} ${textOf(body.blocks)}`)
    .filter((text) => !text.includes('Working on it'));

/** A slash command: answered at its response_url or by a form, and refused in its acknowledgement. */
function command(kind: string, textFor: (name: string) => string): Send {
  return (world, name) => {
    const { slack, alex } = world;
    const path = `/respond/kills/${name}`;
    let triggerId = '';
    let body = '';
    const send = async () => {
      triggerId = await slack.trigger(alex.id);
      const more = { response_url: `${slack.url}${path}`, trigger_id: triggerId };
      const sent = await alex.command(textFor(name), slack.channel('deploys'), more);
      body = JSON.stringify(sent.body);
      return isOk(sent);
    };
    const isFormOpen = () =>
      slack.calls.some(
        ({ method, body, answer }) => method === 'views.open' && body.trigger_id === triggerId && answer.ok === true,
      );
    return {
      ...{ kind, name },
      acknowledged: send().catch(() => false),
      trace: () => (body.includes(refused) ? 'refused' : isFormOpen() ? 'answered' : traceIn(respondedTo(world, path))),
    };
  };
}

/** A message in a chat: answered by one that has its name in it. */
function message(
  kind: string,
  send: (world: KillWorld, name: string) => Promise<Sent>,
  said: (world: KillWorld) => string[],
): Send {
  return (world, name) => {
    const before = said(world).filter((text) => text.includes(refused)).length;
    return {
      ...{ kind, name },
      acknowledged: send(world, name).then(isOk, () => false),
      trace() {
        const now = said(world);
        if (now.some((text) => text.includes(name))) return 'answered';
        return now.filter((text) => text.includes(refused)).length > before ? 'refused' : undefined;
      },
    };
  };
}

const inSlack = ({ slack }: KillWorld) =>
  messagesIn(slack).map(({ body }) => `${String(body.text)} ${textOf(body.blocks)}`);
const inTeams = ({ teams }: KillWorld) => teams.connector.messages.map((posted) => teamsText(shown(posted)));

const teamsMessage = (kind: string, textFor: (name: string) => string) =>
  message(kind, ({ teams }, name) => teams.post({ type: 'message', text: textFor(name) }), inTeams);

const teamsClick: Send = (world, name) => {
  let body = '';
  const value = {
    action: { type: 'Action.Execute', verb: 'command.run', data: { command: `show ${name}` } },
    trigger: 'manual',
  };
  const send = async () => {
    const sent = await world.teams.post({ type: 'invoke', name: 'adaptiveCard/action', value });
    body = JSON.stringify(sent.body ?? '');
    return isOk(sent);
  };
  return {
    ...{ kind: 'teams click', name },
    acknowledged: send().catch(() => false),
    trace: () =>
      body.includes(refused) ? 'refused' : inTeams(world).some((text) => text.includes(name)) ? 'answered' : undefined,
  };
};

/** One of each kind. A create in rg-payments is self-service; one in rg-web-prod needs Megan. */
export const sends: readonly Send[] = [
  command('slack read', (name) => `show ${name}`),
  command('slack write', (name) => `create ${name} -g rg-payments`),
  command('slack request', (name) => `create ${name} -g rg-web-prod`),
  command('slack form', () => 'create'),
  message(
    'slack message',
    (world, name) =>
      world.alex.event({
        type: 'message',
        channel_type: 'im',
        channel: world.directMessage,
        text: `show ${name}`,
        ts: `${Date.now() / 1000}`,
      }),
    inSlack,
  ),
  teamsMessage('teams read', (name) => `show ${name}`),
  teamsMessage('teams write', (name) => `create ${name} -g rg-payments`),
  teamsClick,
];

/** Megan's click on Approve: its trace is that her card no longer offers it, or that she is told. */
export function approve(world: KillWorld, card: SlackMessage, name: string): Action {
  const { slack, megan } = world;
  const path = `/respond/kills/${name}`;
  const body = (): Json =>
    messagesIn(slack).find(({ channel, ts }) => channel === card.channel && ts === card.ts)?.body ?? card.body;
  const isDecided = () => !slackButtons(body()).some(({ label }) => label === 'Approve');
  return {
    ...{ kind: 'slack click', name },
    acknowledged: megan.press(card, 'Approve', { response_url: `${slack.url}${path}` }).then(isOk, () => false),
    trace: () => (isDecided() ? 'answered' : traceIn(respondedTo(world, path))),
  };
}
