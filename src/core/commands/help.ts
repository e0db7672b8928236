// help: the commands that the person may use, with examples, or one command in detail. Built from the definitions.

import { mightUse } from '../approvals/policy.ts';
import { answerCard } from '../cards/answer-cards.ts';
import type { Block, Card } from '../chat.ts';
import type { CommandDefinition, Param, ReadDefinition } from '../grammar/define.ts';
import { defineRead } from '../grammar/define.ts';
import { usage } from '../grammar/format-line.ts';
import { type Kind, kinds } from '../grammar/kinds.ts';
import { findCommand } from '../grammar/parse.ts';

/** Kinds of which a parameter's own description says enough. */
const inWords: ReadonlySet<Kind> = new Set([
  'identity',
  'group',
  'subscription',
  'location',
  'role',
  'scope',
  'text',
  'line',
  'word',
  'switch',
  'claim',
  'request',
]);

const flagsOf = ({ flags = [], idFlags = [] }: Param) => [...flags, ...idFlags].join(', ');

/** The format of its values; where its description says that already, an example. */
function hintOf({ kind, choices, example }: Param): string {
  if (!choices && !inWords.has(kind)) return `. Enter ${kinds[kind].rule}`;
  return example === undefined ? '' : `, such as ${example}`;
}

function oneCommand(command: CommandDefinition): Card {
  const params = Object.values(command.params).filter(({ kind }) => kind !== 'page');
  const blocks: Block[] = [{ kind: 'code', text: usage(command).replace(/^Usage: |\.$/g, '') }];
  if (params.length > 0) {
    blocks.push({
      kind: 'list',
      items: params.map((param) => [{ strong: flagsOf(param) || param.label }, `: ${param.about}${hintOf(param)}`]),
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

const isLook = (one: CommandDefinition) => one.writes === false && /^(identit|role)/.test(one.looksAt);
const isAboutRequests = (one: CommandDefinition) => one.writes === false && one.looksAt === 'requests';
const isAction = ({ writes }: CommandDefinition) => writes === 'request';

const isOther = (one: CommandDefinition) =>
  !isLook(one) && !isAboutRequests(one) && !isAction(one) && one.writes !== true;

const namesOf = (commands: readonly CommandDefinition[]): Block => ({
  kind: 'list',
  items: commands.map(({ name, summary }) => [{ strong: name }, `: ${summary}`]),
});

function listOf(heading: string, commands: readonly CommandDefinition[]): Block[] {
  return commands.length === 0 ? [] : [{ kind: 'text', style: 'heading', text: heading }, namesOf(commands)];
}

/** What a person can select; besides the most usual, what has no room in a chat’s command menu. */
const offered = (
  [
    ['Create an identity', 'create'],
    ['Assign a role', 'grant'],
    ['List identities', 'list'],
    ['My requests', 'requests'],
    ['Explain a command', 'explain'],
    ['Find roles', 'roles'],
    ['Find a request', 'request'],
  ] as const
).map(([label, command]) => ({ kind: 'command' as const, label, command }));

/** The list of commands with examples that help and the welcome card share. */
export function overview(title: string, subtitle: string, commands: readonly CommandDefinition[]): Card {
  const actions = commands.filter(isAction);
  return answerCard(
    title,
    subtitle,
    [
      ...listOf('Look', commands.filter(isLook)),
      ...listOf(
        'Change',
        commands.filter(({ writes }) => writes === true),
      ),
      ...listOf('Requests', commands.filter(isAboutRequests)),
      ...listOf('Account and policy', commands.filter(isOther)),
      ...(actions.length > 0
        ? [{ kind: 'fold', title: 'Actions on a request', blocks: [namesOf(actions)] } as const]
        : []),
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
    offered.filter(({ command }) => commands.some(({ name }) => name === command)),
  );
}

/** The help command. `all` is called when it runs, since help is one of the commands itself. */
export function createHelp(all: () => readonly CommandDefinition[]): ReadDefinition {
  return defineRead({
    name: 'help',
    looksAt: 'nothing',
    summary: 'Show all commands, or details of one',
    examples: ['help', 'help create'],
    params: { command: { kind: 'text', label: 'Command', about: 'a command', position: 0 } },
    async run(context, args) {
      if (args.command !== undefined) return oneCommand(findCommand(args.command, all(), context));
      const commands = all().filter(
        ({ policyCommand }) =>
          policyCommand === undefined || mightUse(context.policy, context.facts, context.person, policyCommand),
      );
      return overview('Commands', 'Those that the policy allows you.', commands);
    },
  });
}
