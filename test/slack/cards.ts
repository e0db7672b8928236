// Cards as the core makes them, for tests of the Slack adapter.

import type { Card } from '../../src/core/chat.ts';

export function card(title: string, more: Partial<Card> = {}): Card {
  return { tone: 'plain', title, blocks: [], buttons: [], fallback: title, ...more };
}

export const requestCard = (id = 'R-7K3F9Q', title = 'Create identity web'): Card =>
  card(title, {
    tone: 'waiting',
    subtitle: ['Waiting. Lapses ', { time: '2026-11-23T12:00:00.000Z' }],
    blocks: [{ kind: 'facts', facts: [{ label: 'Asked by', value: [{ person: { name: 'Alex Wilber' } }] }] }],
    buttons: [
      { kind: 'request', verb: 'request.approve', requestId: id, label: 'Approve', style: 'primary' },
      {
        kind: 'request',
        verb: 'request.deny',
        requestId: id,
        label: 'Deny',
        style: 'danger',
        asks: { id: 'comment', kind: 'lines', label: 'Why not? The asker reads this.', isRequired: true },
      },
      { kind: 'command', label: 'Details', command: `request ${id}` },
    ],
  });

export const formCard = (values: Readonly<Record<string, string>> = {}): Card =>
  card('Create an identity', {
    subtitle: 'The policy determines who must approve this.',
    blocks: [
      {
        kind: 'fields',
        fields: [
          { id: 'name', kind: 'line', label: 'Name', isRequired: true, ...(values.name ? { value: values.name } : {}) },
          {
            id: 'group',
            kind: 'line',
            label: 'Resource group',
            isSearchable: true,
            isNarrowing: true,
            ...(values.group ? { value: values.group } : {}),
          },
          {
            id: 'createGroup',
            kind: 'toggle',
            label: 'Create the group',
            ...(values.createGroup ? { value: values.createGroup } : {}),
          },
          { id: 'reason', kind: 'lines', label: 'Reason', ...(values.reason ? { value: values.reason } : {}) },
        ],
      },
    ],
    buttons: [{ kind: 'form', command: 'create', label: 'Go on', style: 'primary' }],
  });
