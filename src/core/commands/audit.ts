// audit: the record of who did what, for those whom the policy lets see it.

import { answerCard, pageButtons } from '../cards/answer-cards.ts';
import { recordWords } from '../cards/audit-words.ts';
import { type Block, plainText, type RichText } from '../chat.ts';
import { count } from '../format-text.ts';
import { defineRead } from '../grammar/define.ts';
import { asFileParam, withListFile } from '../list-file.ts';

const pageSize = 10;
/** Rows of the list as a file, newest first; the whole record is exported by the operator. */
const mostInFile = 5_000;
const columns = ['at', 'who', 'what', 'request'];

const spans = (text: RichText) => (typeof text === 'string' ? [text] : text);

export const audit = defineRead({
  name: 'audit',
  policyCommand: 'audit',
  looksAt: 'audit',
  summary: 'Show the audit: who did what, and when',
  examples: ['audit', 'audit --since 7d', 'audit --identity uami-orders --person megan@contoso.com'],
  params: {
    identity: {
      kind: 'identity',
      label: 'Identity',
      about: 'the name or id of an identity, also of one that was deleted',
      flags: ['--identity'],
      idFlags: ['--ids'],
    },
    person: {
      kind: 'text',
      label: 'Person',
      about: 'the name, email address or object id of the person who did it',
      flags: ['--person'],
      example: 'megan@contoso.com',
    },
    since: { kind: 'past', label: 'Since', about: 'how long ago, or when', flags: ['--since'], example: '7d' },
    as: asFileParam,
    page: { kind: 'page', label: 'Page', about: 'page number', flags: ['--page'] },
  },
  async run(context, { page: wanted = 1, as, ...filter }) {
    const offset = (wanted - 1) * pageSize;
    const { entries, total, isCut } = await context.record.list(filter, { offset, limit: pageSize });
    const pages = Math.max(1, Math.ceil(total / pageSize));
    const isFiltered = Object.values(filter).some((value) => value !== undefined);
    if (total === 0) {
      const hint = isFiltered ? 'No entries match. Run audit without filters to see all.' : 'Nothing to show yet.';
      return answerCard('No audit entries', hint, []);
    }
    const blocks: Block[] = [
      {
        kind: 'list',
        items: entries.map(({ entry }) => [
          ...[{ time: entry.at }, ' · ', { strong: entry.actorName }, ' · ', ...spans(recordWords(entry))],
          ...(entry.requestId === undefined ? [] : [' · ', { code: entry.requestId }]),
        ]),
      },
    ];
    if (isCut)
      blocks.push({
        kind: 'notice',
        level: 'note',
        text: 'Older entries are not listed. Set --since, --person or --identity to narrow the list, or export the audit.',
      });
    const page = Math.min(wanted, pages);
    const inFile =
      as === undefined ? [] : (await context.record.list(filter, { offset: 0, limit: mostInFile })).entries;
    const card = answerCard(
      count(total, 'audit entry', 'audit entries'),
      pages > 1 ? `Page ${page} of ${pages}` : undefined,
      blocks,
      pageButtons(page, pages, (to) => context.rewrite('page', String(to))),
    );
    return withListFile(card, as, 'audit', columns, () =>
      inFile.map(({ entry }) => ({
        ...{ at: entry.at, who: entry.actorName, what: plainText(recordWords(entry)), request: entry.requestId ?? '' },
      })),
    );
  },
});
