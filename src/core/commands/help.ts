// help: the commands that this person may use, with examples; or one command in full. All of it from the definitions.

import { mightUse } from '../approvals/policy.ts';
import { answerCard } from '../cards/answer-cards.ts';
import type { Block, Card } from '../chat.ts';
import type { CommandDefinition, ReadDefinition } from '../grammar/define.ts';
import { defineRead } from '../grammar/define.ts';
import { usage } from '../grammar/format-line.ts';
import { kinds } from '../grammar/kinds.ts';
import { findCommand } from '../grammar/parse.ts';

function oneCommand(command: CommandDefinition): Card {
  const params = Object.values(command.params).filter(({ kind }) => kind !== 'page');
  const blocks: Block[] = [{ kind: 'code', text: usage(command).replace(/^Usage: |\.$/g, '') }];
  if (params.length > 0) {
    blocks.push({
      kind: 'list',
      items: params.map(({ label, about, flags, idFlags, kind, choices }) => [
        { strong: [...(flags ?? []), ...(idFlags ?? [])].join(', ') || label },
        ` ${about}. ${choices ? '' : `(${kinds[kind].rule})`}`,
      ]),
    });
  }
  blocks.push(
    { kind: 'text', style: 'heading', text: 'Examples' },
    { kind: 'code', text: command.examples.join('\n') },
  );
  const isForm = params.some(({ isRequired }) => isRequired);
  return answerCard(
    command.name,
    command.summary,
    blocks,
    isForm ? [{ kind: 'command', label: 'Open form', command: `form ${command.name}` }] : [],
  );
}

/** The card that help and the welcome share. */
export function overview(title: string, subtitle: string, commands: readonly CommandDefinition[]): Card {
  return answerCard(
    title,
    subtitle,
    [
      { kind: 'list', items: commands.map(({ name, summary }) => [{ strong: name }, ` · ${summary}`]) },
      { kind: 'text', style: 'heading', text: 'Examples' },
      {
        kind: 'code',
        text: commands
          .filter(({ params }) => Object.keys(params).length > 1)
          .filter(({ writes }) => writes !== 'request')
          .map(({ examples }) => examples[0])
          .slice(0, 5)
          .join('\n'),
      },
      {
        kind: 'text',
        style: 'subtle',
        text: ['Enter a command alone to open its form. For details of a command: ', { code: 'help create' }],
      },
    ],
    [
      { kind: 'command', label: 'Create an identity', command: 'create' },
      { kind: 'command', label: 'Assign a role', command: 'grant' },
      { kind: 'command', label: 'List identities', command: 'list' },
    ],
  );
}

/** The help over all commands, which are asked for when it runs: it is one of them itself. */
export function createHelp(all: () => readonly CommandDefinition[]): ReadDefinition {
  return defineRead({
    name: 'help',
    looksAt: 'nothing',
    summary: 'Show all commands, or details of one',
    examples: ['help', 'help create'],
    params: { command: { kind: 'word', label: 'Command', about: 'a command', position: 0 } },
    async run(context, args) {
      if (args.command !== undefined) return oneCommand(findCommand(args.command, all(), context));
      const commands = all().filter(
        ({ policyCommand }) =>
          policyCommand === undefined || mightUse(context.policy, context.facts, context.person, policyCommand),
      );
      return overview('Commands', 'Available in private chats, group chats and channels.', commands);
    },
  });
}
