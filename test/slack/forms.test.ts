// Modals: forms, plans, suggestions, and errors.

import { describe, expect, it } from 'vitest';
import { type Bench, held, useBench } from './bench.ts';
import { textOf } from './blocks.ts';
import { card, requestCard } from './cards.ts';
import type { Json } from './fake-slack.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

const viewOf = (body: Json) => body.view as Json;
const deploys = () => bench.slack.channel('deploys');

describe('forms', () => {
  const view = (state: Json, more: Json = {}): Json => ({
    type: 'view_submission',
    view: {
      id: 'V2',
      hash: String(Math.random()),
      type: 'modal',
      callback_id: 'form',
      private_metadata: JSON.stringify({ p: { c: deploys() }, c: 'create' }),
      state: { values: state },
      ...more,
    },
  });
  const typed = {
    'field:name': { value: { type: 'plain_text_input', value: 'web' } },
    'field:group': { suggest: { type: 'external_select', selected_option: { value: 'rg-web' } } },
    'field:createGroup': { value: { type: 'checkboxes', selected_options: [{ value: 'true' }] } },
    'field:reason': { value: { type: 'plain_text_input', value: null } },
  };

  it('show their plan, then become a request', async () => {
    bench.botApi.plan = () => ({
      kind: 'plan',
      card: card('Create identity web', { blocks: requestCard().blocks }),
      digest: 'd7',
    });
    const first = await bench.send(view(typed));
    const plan = viewOf(first.body);
    expect(first.body.response_action).toBe('update');
    expect(plan).toMatchObject({ callback_id: 'plan', submit: { text: 'Submit' } });
    expect(bench.botApi.previewed[0]).toMatchObject({
      command: 'create',
      fields: { name: 'web', group: 'rg-web', createGroup: 'true' },
    });
    bench.botApi.answer = () => ({ kind: 'recorded', requestId: 'R-7K3F9Q' });
    const second = await bench.send(view({}, { callback_id: 'plan', private_metadata: plan.private_metadata }));
    expect(second.body).toEqual({ response_action: 'clear' });
    expect(bench.botApi.heard[0]).toMatchObject({
      kind: 'form',
      planDigest: 'd7',
      fields: { name: 'web', group: 'rg-web', createGroup: 'true' },
      location: { isPersonal: true },
    });
    const { body: told } = await bench.slack.call('chat.postEphemeral');
    expect(told).toMatchObject({ channel: deploys(), user: bench.slack.user('alex') });
    expect(textOf(told)).toContain('R-7K3F9Q');
  });

  it('carry a choice that others depend on, so that their menus know it', async () => {
    await bench.command('create');
    const { body, answer } = await bench.slack.call('views.open');
    const opened = { ...viewOf(body), id: (answer.view as Json).id, hash: (answer.view as Json).hash };
    const group = (viewOf(body).blocks as Json[]).find(({ block_id: id }) => id === 'field:group');
    expect(group).toMatchObject({ dispatch_action: true, element: { type: 'external_select' } });
    const chosen = { value: 'rg-web', text: { type: 'plain_text', text: 'rg-web (Contoso)' } };
    const state = { values: { 'field:group': { suggest: { type: 'external_select', selected_option: chosen } } } };
    await bench.press(
      { type: 'external_select', action_id: 'suggest', block_id: 'field:group', selected_option: chosen },
      { channel: undefined, container: { type: 'view' }, message: undefined, view: { ...opened, state } },
    );
    const updated = viewOf((await bench.slack.call('views.update')).body);
    const asked: unknown[] = [];
    bench.botApi.found = async (_asker, wanted) => {
      asked.push(wanted.values);
      return [];
    };
    await bench.send({
      type: 'block_suggestion',
      action_id: 'suggest',
      block_id: 'field:name',
      value: '',
      view: { ...updated, id: 'V1' },
    });
    expect(asked).toEqual([{ group: 'rg-web' }]);
    // A chosen option is shown by its label, not by its value, when the form is drawn again.
    expect(JSON.stringify(updated.blocks)).toContain('rg-web (Contoso)');
  });

  it('of a read answer at once, and of a decision decide, without a plan', async () => {
    const of = (command: string) => ({ private_metadata: JSON.stringify({ p: { c: deploys() }, c: command }) });
    bench.botApi.answer = () => ({ kind: 'card', card: card('One identity') });
    expect(textOf((await bench.send(view(typed, of('show')))).body)).toContain('One identity');
    bench.botApi.answer = () => ({ kind: 'recorded', requestId: 'R-7K3F9Q' });
    expect((await bench.send(view(typed, of('approve')))).body).toEqual({ response_action: 'clear' });
    expect(bench.botApi.previewed).toEqual([]);
  });

  it('say what is wrong at its own field', async () => {
    bench.botApi.plan = () => ({ kind: 'wrong', field: 'name', message: 'The name is taken.', next: 'Take another.' });
    expect((await bench.send(view(typed))).body).toEqual({
      response_action: 'errors',
      errors: { 'field:name': 'The name is taken. Take another.' },
    });
  });

  it('keep all that was typed where what is wrong has no field', async () => {
    bench.botApi.plan = () => ({ kind: 'wrong', message: 'Azure does not answer.', next: 'Try again.' });
    const { body } = await bench.send(view(typed));
    const blocks = viewOf(body).blocks as Json[];
    expect(textOf(blocks)).toContain('Azure does not answer.');
    expect(blocks.filter(({ type }) => type === 'input').map(({ block_id: id }) => id)).toEqual([
      'field:name',
      'field:group',
      'field:createGroup',
      'field:reason',
    ]);
    expect(JSON.stringify(blocks)).toContain('"initial_value":"web"');
  });

  it('go back from the plan with all that was typed', async () => {
    const meta = JSON.stringify({ p: {}, c: 'create', f: { name: 'web' } });
    await bench.press(
      { action_id: 'plan.back' },
      {
        container: { type: 'view' },
        channel: undefined,
        message: undefined,
        view: { id: 'V2', type: 'modal', private_metadata: meta },
      },
    );
    const { body } = await bench.slack.call('views.update');
    expect(JSON.stringify(body.view)).toContain('"initial_value":"web"');
  });

  it('show that they are at work where the plan takes long', async () => {
    const { promise, give } = held<void>();
    bench.botApi.plan = async () => {
      await promise;
      return { kind: 'wrong', field: 'name', message: 'The name is taken.', next: '' };
    };
    const { body } = await bench.send(view(typed));
    expect(textOf(body)).toContain('Working on it');
    give();
    const late = viewOf((await bench.slack.call('views.update')).body);
    expect(textOf(late)).toContain('The name is taken.');
    expect(JSON.stringify(late)).toContain('"initial_value":"web"');
  });

  it('look up values while one types, with what was typed first', async () => {
    const ask = (value: string) =>
      bench.send({
        type: 'block_suggestion',
        action_id: 'suggest',
        block_id: 'field:group',
        value,
        view: { id: 'V2', type: 'modal', private_metadata: JSON.stringify({ p: {}, c: 'create' }) },
      });
    const scope = '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-a-group-with-a-name';
    bench.botApi.found = async (_asker, wanted) => [{ label: `${wanted.command} ${wanted.field}`, value: scope }];
    const { options } = (await ask('rg')).body as { options: { text: Json; value: string }[] };
    expect(options.map(({ text }) => text.text)).toEqual(['rg', 'create group']);
    expect(options.every(({ value }) => value.length <= 75)).toBe(true);
    const state = {
      'field:group': { suggest: { type: 'external_select', selected_option: { value: options[1]?.value } } },
    };
    await bench.send(view(state));
    expect(bench.botApi.previewed[0]?.fields.group).toBe(scope);
    bench.botApi.found = () => new Promise(() => {});
    const started = performance.now();
    expect(((await ask('rg')).body.options as unknown[]).length).toBe(1);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
