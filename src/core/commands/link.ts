// link and unlink: tie the chat account to a person by their own sign-in, and take that back. They are for accounts that are not
// served yet, too, so nobody has been identified when they run. What they answer is for the account alone.

import { answerCard } from '../cards/answer-cards.ts';
import type { Answer, Card } from '../chat.ts';
import { Fault } from '../errors.ts';
import { count } from '../format-text.ts';
import type { AccountDefinition } from '../grammar/define.ts';
import type { AccountContext } from '../sign-in/account-context.ts';

const only = (card: Card): Answer => ({ kind: 'private', card });

function linkerOf({ signIn }: AccountContext) {
  if (signIn) return signIn;
  throw new Fault('not-allowed', 'Sign-in is not set up for this Identity Desk, so accounts cannot be linked.', {
    next: 'Nothing was changed. Contact your Identity Desk administrator.',
  });
}

const offered = (url: string) =>
  answerCard(
    'Link this chat account to your Entra account',
    'The link works once, and for 10 minutes.',
    [
      {
        kind: 'text',
        text: ['Sign in, and come back with the code that the page shows. Enter it here: ', { code: 'link CODE' }],
      },
      {
        kind: 'notice',
        level: 'caution',
        text: 'Do not pass the link on. Whoever signs in with it would become the person behind this chat account.',
      },
    ],
    [{ kind: 'link', url, label: 'Sign in' }],
  );

async function run(context: AccountContext, args: Readonly<Record<string, unknown>>): Promise<Answer> {
  const { sender, conversation } = context;
  const linkAccount = linkerOf(context);
  const code = typeof args.code === 'string' ? args.code : undefined;
  if (code === undefined) return only(offered(await linkAccount.offer(sender, conversation)));
  switch (args.answer) {
    case undefined: {
      const { name, address } = await linkAccount.signedInBy(sender, code);
      const who = address === undefined ? name : `${name} (${address})`;
      return only(
        answerCard(
          `Link this chat account to ${who}?`,
          'Nothing is linked yet.',
          [{ kind: 'text', text: `From then on, ${context.accountName} requests and decides here as ${name}.` }],
          [
            { kind: 'command', label: 'Confirm', command: `link ${code} confirm`, style: 'primary', isInPlace: true },
            { kind: 'command', label: 'That is not me', command: `link ${code} refuse`, isInPlace: true },
          ],
        ),
      );
    }
    case 'refuse':
      await linkAccount.refuse(sender, code);
      return only(
        answerCard('Not linked', 'Nothing was changed. The sign-in is void.', [
          { kind: 'text', text: 'If you did not ask for a link yourself, tell your Identity Desk administrator.' },
        ]),
      );
    default: {
      const { name, linkedAt } = await linkAccount.confirm(sender, conversation, code);
      return only(
        answerCard(
          `This chat account is linked to ${name}`,
          ['Linked ', { time: linkedAt }, '.'],
          [
            {
              kind: 'text',
              text: [
                'To undo it, enter ',
                { code: 'unlink' },
                '. To see your account, enter ',
                { code: 'whoami' },
                '.',
              ],
            },
          ],
        ),
      );
    }
  }
}

export const link: AccountDefinition = {
  name: 'link',
  writes: 'account',
  summary: 'Link your chat account to your Entra account',
  examples: ['link', 'link K7F3-9Q2M'],
  params: {
    code: { kind: 'word', label: 'Code', about: 'the code that the sign-in page shows', position: 0 },
    answer: {
      kind: 'word',
      label: 'Answer',
      about: 'confirm or refuse',
      position: 1,
      choices: ['confirm', 'refuse'],
    },
  },
  run,
};

export const unlink: AccountDefinition = {
  name: 'unlink',
  writes: 'account',
  summary: 'Remove the link of your chat account, or all links to you',
  examples: ['unlink', 'unlink all'],
  params: {
    which: {
      kind: 'word',
      label: 'Which',
      about: 'all: every account that is linked to you',
      position: 0,
      choices: ['all'],
    },
  },
  async run(context, args) {
    if (args.which === 'all') {
      const many = await linkerOf(context).unlinkAll(context.sender, context.conversation);
      return only(
        many === 0
          ? answerCard('No chat account is linked to you', 'Nothing was changed.', [])
          : answerCard(`${count(many, 'link')} to you removed`, 'Those chat accounts no longer act in your name.', []),
      );
    }
    const isRemoved = await linkerOf(context).unlink(context.sender, context.conversation);
    return only(
      isRemoved
        ? answerCard(
            'Link removed',
            'This chat account is identified by its email address again, if the directory knows it.',
            [],
          )
        : answerCard('This chat account is not linked', 'Nothing was changed.', []),
    );
  },
};
