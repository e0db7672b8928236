// The kill test: people send, the bot or its database is killed at a random moment, the bot comes back; then everything that the
// chats were told was received has left a trace, nothing was done twice, and every card says what is so.

import { textOf } from '../slack/blocks.ts';
import type { Json } from '../slack/fake-slack.ts';
import { idIn, messagesIn, type SlackMessage, slackButtons } from '../support/slack-messages.ts';
import { type Action, approve, sends } from './actions.ts';
import { type KillWorld, startKillWorld } from './world.ts';

export interface KillReport {
  readonly kills: { readonly bot: number; readonly database: number };
  readonly sent: number;
  readonly acknowledged: number;
  /** Of the acknowledged: answered; told that they were not taken. */
  readonly answered: number;
  readonly refused: number;
  /** Acknowledged, without a trace. */
  readonly lost: readonly string[];
  /** Made or asked for more than once. */
  readonly twice: readonly string[];
  /** Cards that do not say what is so. */
  readonly wrongCards: readonly string[];
  /** Cards that stand twice in a conversation: the bot was killed after the chat took one, and before it was noted. */
  readonly shownTwice: readonly string[];
}

/** How long a trace may take once the bot is back. */
const traceMs = 30_000;
/** What people send around a kill, within how long; and how long after a random number of acknowledgements the kill comes. */
const perKill = 8;
const mostDelayMs = 150;
const mostAfterMs = 60;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Repeatable random numbers from 0 to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function until(isSo: () => boolean, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (!isSo()) {
    if (Date.now() > deadline) return false;
    await sleep(10);
  }
  return true;
}

const requestCards = ({ slack }: KillWorld): SlackMessage[] =>
  messagesIn(slack).filter(
    ({ thread, body }) =>
      thread === undefined &&
      (body.blocks as Json[] | undefined)?.[0]?.type === 'header' &&
      /R-[0-9A-Z]{6}/.test(textOf(body.blocks)) &&
      // A receipt of a decision is no card of the request.
      !/^You (?:approved|denied)/.test(textOf(body.blocks)),
  );

/** Cards in #approvals that wait for Megan. */
const waiting = (world: KillWorld): SlackMessage[] =>
  requestCards(world).filter(
    ({ channel, body }) => channel === world.approvals && slackButtons(body).some(({ label }) => label === 'Approve'),
  );

/** Identities that were made more than once, and names with more than one request. */
function doneTwice(world: KillWorld): string[] {
  const made = new Map<string, number>();
  for (const { method, status, path } of world.azure.simulator.control.requests()) {
    if (method === 'PUT' && status === 201) made.set(path, (made.get(path) ?? 0) + 1);
  }
  const asked = new Map<string, Set<string>>();
  for (const { body } of requestCards(world)) {
    const name = /uami-kill-\d+-\d+/.exec(textOf(body.blocks))?.[0];
    if (name) asked.set(name, (asked.get(name) ?? new Set()).add(idIn(body)));
  }
  return [
    ...[...made].filter(([, times]) => times > 1).map(([path, times]) => `${path} made ${times} times`),
    ...[...asked].filter(([, ids]) => ids.size > 1).map(([name, ids]) => `${name}: ${[...ids].join(', ')}`),
  ];
}

const finished = /Done\.|Failed|Denied|Cancelled|Expired/;

/** Cards that say something else than the request's own page, and those that stand twice in a conversation. */
async function cardFaults(world: KillWorld): Promise<Pick<KillReport, 'wrongCards' | 'shownTwice'>> {
  const wrong: string[] = [];
  const shownTwice: string[] = [];
  const byRequest = Map.groupBy(requestCards(world), ({ body }) => idIn(body));
  for (const [id, cards] of byRequest) {
    const places = new Set(cards.map(({ channel }) => channel));
    if (places.size < cards.length) shownTwice.push(`${id}: ${cards.length} cards in ${places.size} conversations`);
    const page = textOf((await world.megan.asks(`request ${id}`)).blocks);
    const isOver = finished.test(page) && !/Waiting for/.test(page);
    for (const { channel, body } of cards) {
      const text = textOf(body.blocks);
      if (isOver !== (finished.test(text) && !/Waiting for/.test(text)))
        wrong.push(`${id} in ${channel}: ${text.slice(0, 120)}`);
    }
  }
  return { wrongCards: wrong, shownTwice };
}

async function round(
  world: KillWorld,
  number: number,
  random: () => number,
): Promise<{ actions: Action[]; kind: 'bot' | 'database' }> {
  const actions: Action[] = [];
  let received = 0;
  const start = async (index: number) => {
    await sleep(random() * mostDelayMs);
    const name = `uami-kill-${number}-${index}`;
    const [card] = waiting(world);
    const send = sends[Math.floor(random() * sends.length)] as (typeof sends)[number];
    const action = card && random() < 0.3 ? approve(world, card, `click-${number}-${index}`) : send(world, name);
    actions.push(action);
    if (await action.acknowledged) received += 1;
  };
  const sending = Promise.all(Array.from({ length: perKill }, (_, index) => start(index)));
  const kind = random() < 0.75 ? 'bot' : 'database';
  // Right in the middle: when some have been told that theirs was received, and others have not.
  const some = Math.floor(random() * perKill);
  await until(() => received >= some, 2_000);
  await sleep(random() * mostAfterMs);
  if (kind === 'bot') await world.killBot();
  else world.killDatabase(random);
  await sending;
  await Promise.all(actions.map(({ acknowledged }) => acknowledged));
  await world.revive();
  return { actions, kind };
}

/** Kills `count` times, or as often as `mostMs` milliseconds allow. `say` is told of each round. */
export async function runKills(
  count: number,
  seed: number,
  say: (line: string) => void,
  mostMs = Number.POSITIVE_INFINITY,
): Promise<KillReport> {
  const world = await startKillWorld();
  const random = randomFrom(seed);
  const kills = { bot: 0, database: 0 };
  const lost: string[] = [];
  const startedAt = performance.now();
  let [sent, acknowledged, answered, refused] = [0, 0, 0, 0];
  try {
    for (let number = 1; number <= count && performance.now() - startedAt < mostMs; number += 1) {
      const { actions, kind } = await round(world, number, random);
      kills[kind] += 1;
      const kept: Action[] = [];
      for (const action of actions) if (await action.acknowledged) kept.push(action);
      await until(() => kept.every((action) => action.trace() !== undefined), traceMs);
      const missing = kept.filter((action) => action.trace() === undefined);
      lost.push(...missing.map(({ kind: what, name }) => `${what} ${name}`));
      sent += actions.length;
      acknowledged += kept.length;
      answered += kept.filter((action) => action.trace() === 'answered').length;
      refused += kept.filter((action) => action.trace() === 'refused').length;
      say(
        `kill ${number} (${kind}): ${actions.length} sent, ${kept.length} acknowledged, ${missing.length} without a trace`,
      );
    }
    // Jobs may still be under way: what is over is shown within their retries.
    await until(
      () => requestCards(world).every(({ body }) => !/Running|Approved by .*\. Starting/.test(textOf(body.blocks))),
      traceMs,
    );
    await sleep(1_500);
    return {
      kills,
      sent,
      acknowledged,
      answered,
      refused,
      lost,
      twice: doneTwice(world),
      ...(await cardFaults(world)),
    };
  } finally {
    await world.close();
  }
}
