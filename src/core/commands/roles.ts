// roles: role definitions by part of their name.

import { answerCard, pageButtons, paginate } from '../cards/answer-cards.ts';
import { Fault } from '../errors.ts';
import { count } from '../format-text.ts';
import { defineRead } from '../grammar/define.ts';
import { asFileParam, withListFile } from '../list-file.ts';
import { fold } from '../model/fold.ts';
import { subscriptionScope } from '../model/scope.ts';

const pageSize = 8;

export const roles = defineRead({
  name: 'roles',
  policyCommand: 'roles',
  looksAt: 'roles',
  summary: 'Find roles by name',
  examples: ['roles', 'roles key vault'],
  params: {
    text: { kind: 'text', label: 'Text', about: 'part of the name', position: 0 },
    as: asFileParam,
    page: { kind: 'page', label: 'Page', about: 'page number', flags: ['--page'] },
  },
  async run(context, args) {
    const [first] = await context.azure.subscriptions();
    if (!first)
      throw new Fault('not-found', 'Identity Desk has no access to any subscription.', {
        next: 'An administrator must assign the role Reader on a subscription to the identity of Identity Desk.',
      });
    const all = await context.azure.roleDefinitions(subscriptionScope(first.id));
    const words = (args.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const found = all
      .filter(({ name, id }) => words.every((word) => fold(name).includes(word) || fold(id) === word))
      .toSorted((a, b) => a.name.localeCompare(b.name));
    if (found.length === 0) {
      const near = context.textTools.nearest(
        args.text ?? '',
        all.map(({ name }) => name),
        3,
      );
      throw new Fault('not-found', `No roles match “${args.text}”.`, {
        next: near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Run roles to see all.',
        suggestions: near,
      });
    }
    const { shown, page, pages } = paginate(found, args.page ?? 1, pageSize);
    const card = answerCard(
      count(found.length, 'role'),
      pages > 1 ? `Page ${page} of ${pages}` : undefined,
      [
        {
          kind: 'list',
          items: shown.map(({ name, description, kind }) => [
            { strong: name },
            kind === 'custom' ? ' (custom)' : '',
            description ? ` · ${description}` : '',
          ]),
        },
        {
          kind: 'text',
          style: 'subtle',
          text: ['Usage: ', { code: `grant NAME --role "${shown[0]?.name}" --scope GROUP` }],
        },
      ],
      pageButtons(page, pages, (to) => context.rewrite('page', String(to))),
    );
    return withListFile(card, args.as, 'roles', ['name', 'kind', 'description', 'id'], () =>
      found.map(({ name, kind, description, id }) => ({ name, kind, description, id })),
    );
  },
});
