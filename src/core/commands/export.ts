// export: an identity as it is, or a request's changes, as code in the language that people would otherwise have written it in.

import type { CodeFormat, CodeSubject } from '../as-code/format.ts';
import { codeFormats } from '../as-code/formats.ts';
import { identityItems } from '../as-code/identity-items.ts';
import type { CodeItem } from '../as-code/items.ts';
import { requestItems } from '../as-code/request-items.ts';
import type { CardFile } from '../card-file.ts';
import { answerCard } from '../cards/answer-cards.ts';
import type { Block, Card } from '../chat.ts';
import { Fault } from '../errors.ts';
import { count } from '../format-text.ts';
import { defineRead } from '../grammar/define.ts';
import { quoteWord } from '../grammar/tokenize.ts';
import { fold } from '../model/fold.ts';
import { portalAddress } from '../portal.ts';
import { requestNotFound } from '../visible-requests.ts';
import type { CommandContext } from './context.ts';
import { identityParams } from './params.ts';
import { findIdentity } from './resolve-identity.ts';

/** Characters of code that a card shows; all of it is in the file. */
const shownCharacters = 2_400;
const requestId = /^R-[0-9A-Z]{6}$/i;

/** What is exported. */
interface Exported {
  readonly title: string;
  /** As it is named in a command. */
  readonly word: string;
  readonly slug: string;
  readonly items: readonly CodeItem[];
  /** What the code does not have, in words. */
  readonly notes: readonly string[];
}

async function ofRequest(context: CommandContext, id: string): Promise<Exported> {
  const request = await context.requests.get(id);
  if (!request) throw requestNotFound(id);
  const { items, left } = requestItems(request);
  return {
    title: `${request.id}: ${request.plan.summary}`,
    word: request.id,
    slug: fold(request.id),
    items,
    notes: left.map((words) => `Not in the code: ${words}.`),
  };
}

async function ofIdentity(context: CommandContext, args: Parameters<typeof findIdentity>[1]): Promise<Exported> {
  const identity = await findIdentity(context, args);
  const { items, missing } = await identityItems(context.azure, identity);
  return {
    title: `Identity ${identity.name} in ${identity.resourceGroup}`,
    word: identity.id,
    slug: identity.name,
    items,
    notes: missing.map((words) => `Could not be read, so it is not in the code: ${words}.`),
  };
}

/** The type of a file of code, for the chat. */
const mediaTypes: Readonly<Record<string, string>> = { json: 'application/json' };
const filesOf = (texts: readonly { readonly fileName: string; readonly text: string }[]): CardFile[] =>
  texts.map(({ fileName, text }) => ({
    name: fileName,
    mediaType: mediaTypes[fileName.split('.').at(-1) ?? ''] ?? 'text/plain',
    content: text,
  }));

/** The code of each file, as far as a card has room for it. */
function codeBlocks(texts: readonly { readonly fileName: string; readonly text: string }[]): Block[] {
  const share = Math.floor(shownCharacters / Math.max(1, texts.length));
  return texts.flatMap(({ fileName, text }): Block[] => {
    const isCut = text.length > share;
    const shown = isCut ? text.slice(0, text.lastIndexOf('\n', share)) : text.trimEnd();
    const lines = text.trimEnd().split('\n').length - shown.split('\n').length;
    return [
      ...(texts.length > 1 || isCut ? [{ kind: 'text', style: 'heading', text: fileName } as const] : []),
      { kind: 'code', text: shown },
      ...(isCut
        ? [{ kind: 'text', style: 'subtle', text: `and ${count(lines, 'more line')} in the file` } as const]
        : []),
    ];
  });
}

function exportCard(exported: Exported, format: CodeFormat, subject: CodeSubject): Card {
  const { title, word, items, notes } = exported;
  const texts = format.write(items, subject);
  const leftOut = [...notes, ...format.leavesOut(items)];
  const run = format.howToRun(texts, items);
  const blocks: Block[] = [
    ...(texts.length === 0
      ? [{ kind: 'text', text: `Nothing of it can be written as ${format.label}.` } as const]
      : codeBlocks(texts)),
    ...(run === undefined || texts.length === 0
      ? []
      : [{ kind: 'text', style: 'subtle', text: 'To run it:' } as const, { kind: 'code', text: run } as const]),
    ...leftOut.map((text): Block => ({ kind: 'notice', level: 'caution', text })),
  ];
  const others = codeFormats.filter(({ name }) => name !== format.name);
  return {
    ...answerCard(
      title,
      `As code: ${format.label}`,
      blocks,
      others.map(({ name, label }) => ({
        kind: 'command',
        label,
        command: `export ${quoteWord(word)} --as ${name}`,
        isInPlace: true,
      })),
    ),
    files: filesOf(texts),
  };
}

export const exportAsCode = defineRead({
  name: 'export',
  policyCommand: 'export',
  policyLike: 'show',
  looksAt: 'identity',
  summary: 'Export an identity or a request as code',
  examples: ['export uami-orders --as terraform', 'export R-7K3F9Q --as az'],
  params: {
    ...identityParams,
    name: {
      ...identityParams.name,
      label: 'Identity or request',
      about: 'the name or id of an identity, or of a request',
    },
    as: {
      kind: 'word',
      label: 'As',
      about: codeFormats.map(({ name }) => name).join(', '),
      flags: ['--as'],
      choices: codeFormats.map(({ name }) => name),
      example: 'az',
    },
  },
  async run(context, args) {
    const format = codeFormats.find(({ name }) => name === (args.as ?? 'az'));
    if (!format) throw new Fault('bad-input', `There is no export as ${args.as}.`, { param: 'as' });
    const exported = requestId.test(args.name)
      ? await ofRequest(context, args.name.toUpperCase())
      : await ofIdentity(context, args);
    return exportCard(exported, format, {
      title: exported.title,
      slug: exported.slug,
      portal: (id, page) => portalAddress(context.portal, id, page),
    });
  },
});
