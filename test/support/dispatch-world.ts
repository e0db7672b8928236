// The whole core on memory, spoken to as a chat does: lines, clicks and forms of its people, in a chat named x.

import type { FormInteraction, Interaction } from '../../src/core/chat.ts';
import { createDispatcher } from '../../src/core/dispatch.ts';
import { createWorld, people } from './core-world.ts';

type Name = keyof typeof people;

export function createDispatchWorld() {
  const world = createWorld();
  let number = 0;
  const botApi = createDispatcher({
    ...world.deps,
    notify: (id) => world.store.send({ kind: 'notify', id }),
    people: {
      resolvePerson: async ({ name }) => people[name as Name],
      byEmail: async (email) => Object.values(people).find((one) => one.email === email),
    },
    suggestionReads: world.azure.reader,
  });
  const base = (who: Name) => ({
    sender: { chat: 'x', userId: people[who].key, name: who },
    location: { chat: 'x', conversation: `c-${who}`, isPersonal: true },
    deliveryId: String(++number),
    sentAt: world.clock.now().toISOString(),
  });
  const formOf = (who: Name, command: string, fields: Readonly<Record<string, string>>): FormInteraction => ({
    ...base(who),
    kind: 'form',
    command,
    fields,
  });
  return {
    ...world,
    botApi,
    say: (who: Name, text: string) => botApi.handle({ ...base(who), kind: 'text', text } satisfies Interaction),
    click: (who: Name, verb: string, requestId: string, comment?: string) =>
      botApi.handle({
        ...base(who),
        kind: 'click',
        verb,
        requestId,
        seen: { kind: 'unknown' },
        fields: comment === undefined ? {} : { comment },
      }),
    preview: (who: Name, command: string, fields: Readonly<Record<string, string>>) =>
      botApi.preview(formOf(who, command, fields)),
    submit: (who: Name, command: string, fields: Readonly<Record<string, string>>, planDigest?: string) =>
      botApi.handle({ ...formOf(who, command, fields), ...(planDigest === undefined ? {} : { planDigest }) }),
    requests: async () => (await world.store.requests.list({ limit: 100 })).requests,
  };
}

export type DispatchWorld = ReturnType<typeof createDispatchWorld>;
