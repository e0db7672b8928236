// Draws blocks as HTML. A field has its initial value, or the value typed in the shot.

import type { Block, Cell, Input } from './block-kit.ts';
import { drawRich, type Reader, text } from './draw-text.ts';
import { type Html, html } from './html.ts';

/** Values typed into a form and its errors, by block_id. */
export interface Filling {
  /** A checkbox is ticked by `true`. */
  readonly typed: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
}

function drawCell(cell: Cell | undefined, reader: Reader): Html | undefined {
  if (cell?.type === 'raw_text') return text(cell.text);
  return cell && html`${cell.elements.map((part) => drawRich(part, reader))}`;
}

function drawTable({ rows, column_settings: settings }: Extract<Block, { type: 'table' }>, reader: Reader): Html {
  const drawn = rows.map((row, index) => {
    const cells = row.map((cell, at) => {
      const { align = 'left', is_wrapped: isWrapped } = settings?.[at] ?? {};
      const look = `${align}${isWrapped ? ' wrapped' : ''}`;
      const inner = drawCell(cell, reader);
      return index === 0 ? html`<th class="${look}">${inner}</th>` : html`<td class="${look}">${inner}</td>`;
    });
    return html`<tr>${cells}</tr>`;
  });
  return html`<table>${drawn}</table>`;
}

function drawField({ element, block_id: id }: Input, { typed }: Filling): Html {
  const value = id === undefined ? undefined : typed[id];
  const held = (initial: string | undefined, hint: string | undefined) => {
    const shown = value ?? initial;
    return shown === undefined ? html`<span class="hint">${hint}</span>` : text(shown);
  };
  const hint = 'placeholder' in element ? element.placeholder?.text : undefined;
  switch (element.type) {
    case 'plain_text_input':
      return html`<div class="field${element.multiline ? ' tall' : ''}">${held(element.initial_value, hint)}</div>`;
    case 'static_select':
    case 'external_select': {
      const inner = held(element.initial_option?.text.text, hint ?? 'Select an item');
      return html`<div class="field menu"><span>${inner}</span></div>`;
    }
    case 'checkboxes':
      return html`${element.options.map((one) => {
        const isInitial = element.initial_options?.some((chosen) => chosen.value === one.value);
        const isTicked = value === undefined ? isInitial : value === 'true';
        return html`<div class="check${isTicked ? ' ticked' : ''}">${text(one.text.text)}</div>`;
      })}`;
  }
}

function drawInput(input: Input, filling: Filling): Html {
  const error = input.block_id === undefined ? undefined : filling.errors[input.block_id];
  return html`<div class="input${error === undefined ? '' : ' wrong'}"><div class="label">${text(input.label.text)}${
    input.optional ? html` <span class="optional">(optional)</span>` : undefined
  }</div>${drawField(input, filling)}${error === undefined ? undefined : html`<div class="error">${error}</div>`}${
    input.hint && html`<div class="below">${text(input.hint.text)}</div>`
  }</div>`;
}

/** Draws one block. Throws on an unknown date token. */
export function drawBlock(block: Block, reader: Reader, filling: Filling): Html {
  switch (block.type) {
    case 'header':
      return html`<div class="block header">${text(block.text.text)}</div>`;
    case 'section':
      return html`<div class="block line">${text(block.text.text)}</div>`;
    case 'context':
      return html`<div class="block context">${block.elements.map((one) => html`<span>${text(one.text)}</span>`)}</div>`;
    case 'divider':
      return html`<hr class="block">`;
    case 'rich_text':
      return html`<div class="block rich">${block.elements.map((part) => drawRich(part, reader))}</div>`;
    case 'table':
      return html`<div class="block">${drawTable(block, reader)}</div>`;
    case 'actions':
      return html`<div class="block actions">${block.elements.map(
        (one) => html`<span class="button ${one.style ?? 'plain'}">${text(one.text.text)}</span>`,
      )}</div>`;
    case 'input':
      return html`<div class="block">${drawInput(block, filling)}</div>`;
  }
}
