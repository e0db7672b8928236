// A card as plain text, for a terminal.

import { type Block, type Card, plainText, type RichText } from '../src/core/chat.ts';

const indented = (text: string) => text.replace(/^/gm, '  ');

function blockText(block: Block): string {
  const item = (text: RichText) => `- ${plainText(text)}`;
  switch (block.kind) {
    case 'text':
      return block.style === 'heading' ? `\n${plainText(block.text)}:` : plainText(block.text);
    case 'notice':
      return `${block.level}: ${plainText(block.text)}`;
    case 'facts':
      return block.facts.map(({ label, value }) => `${label}: ${plainText(value)}`).join('\n');
    case 'list':
      return block.items.map(item).join('\n');
    case 'code':
      return block.text;
    case 'steps':
      return block.steps.map(({ text }) => item(text)).join('\n');
    case 'fold':
      return `${block.title}:\n${indented(block.blocks.map(blockText).join('\n'))}`;
    case 'table':
      return block.rows.map((row) => row.map(plainText).join('  ')).join('\n');
    case 'chart':
      return block.bars.map(({ label, value }) => `${label}  ${value}`).join('\n');
    case 'fields':
      return '';
  }
}

/** The words of a card. */
export function cardText({ title, subtitle, blocks }: Card): string {
  return [title, ...(subtitle === undefined ? [] : [plainText(subtitle)]), ...blocks.map(blockText)].join('\n');
}
