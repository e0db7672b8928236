// Checks what the bot sends against Slack's limits: every message and view that any test sends passes through here.

import { LIMITS } from '../../src/chat/slack/limits.ts';

type Json = Record<string, unknown>;

const known = new Set(['header', 'section', 'context', 'divider', 'actions', 'input', 'rich_text', 'table']);

function isObject(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Everything that Slack would refuse, one line each. */
export function faults(blocks: unknown, surface: 'message' | 'modal' | 'home'): string[] {
  const found: string[] = [];
  const fail = (path: string, why: string) => found.push(`${path}: ${why}`);
  const text = (value: unknown, most: number, path: string, isPlain = true) => {
    if (!isObject(value) || typeof value.text !== 'string') {
      fail(path, 'is no text object');
      return;
    }
    if (isPlain && value.type !== 'plain_text') fail(path, `is ${String(value.type)}, and mrkdwn is not to be used`);
    if (value.text.length < 1 || value.text.length > most) fail(path, `has ${value.text.length} of ${most} characters`);
  };
  const short = (value: unknown, most: number, path: string) => {
    if (value === undefined) return;
    if (typeof value !== 'string' || value.length === 0 || value.length > most)
      fail(path, `is not 1-${most} characters`);
  };
  const option = (value: unknown, path: string) => {
    if (!isObject(value)) {
      fail(path, 'is no option');
      return;
    }
    text(value.text, LIMITS.optionText, `${path}.text`);
    short(value.value, LIMITS.optionValue, `${path}.value`);
  };
  const element = (value: unknown, path: string) => {
    if (!isObject(value)) {
      fail(path, 'is no element');
      return;
    }
    short(value.action_id, LIMITS.id, `${path}.action_id`);
    if (value.placeholder !== undefined) text(value.placeholder, LIMITS.placeholder, `${path}.placeholder`);
    switch (value.type) {
      case 'button':
        text(value.text, LIMITS.buttonText, `${path}.text`);
        if (value.value !== undefined) short(value.value, LIMITS.buttonValue, `${path}.value`);
        if (value.url !== undefined) short(value.url, LIMITS.buttonUrl, `${path}.url`);
        if (value.style !== undefined && value.style !== 'primary' && value.style !== 'danger')
          fail(path, 'has a wrong style');
        break;
      case 'checkboxes':
      case 'static_select': {
        const options = value.options as unknown[];
        const most = value.type === 'checkboxes' ? LIMITS.checkboxes : LIMITS.selectOptions;
        if (!Array.isArray(options) || options.length < 1 || options.length > most)
          fail(path, 'has too many options or none');
        else for (const [index, one] of options.entries()) option(one, `${path}.options[${index}]`);
        if (value.initial_option !== undefined) option(value.initial_option, `${path}.initial_option`);
        break;
      }
      case 'external_select':
        if (value.initial_option !== undefined) option(value.initial_option, `${path}.initial_option`);
        break;
      case 'plain_text_input':
        if (Number(value.max_length) > LIMITS.inputText) fail(path, 'has a max_length over the limit');
        if (value.initial_value !== undefined) short(value.initial_value, LIMITS.inputText, `${path}.initial_value`);
        break;
      default:
        fail(path, `is a ${String(value.type)}`);
    }
  };
  const rich = (value: unknown, path: string): number => {
    if (!isObject(value)) {
      fail(path, 'is no rich text');
      return 0;
    }
    if (value.type === 'text') {
      if (typeof value.text !== 'string' || value.text.length === 0) fail(path, 'is empty');
      return String(value.text).length;
    }
    if (value.type === 'date') {
      if (!Number.isInteger(value.timestamp)) fail(path, 'has no whole timestamp');
      return 0;
    }
    // Only the line that mentions approvers has these; fake-slack.ts checks that nothing else has.
    if (value.type === 'user') {
      if (!/^[UW][A-Z0-9]+$/.test(String(value.user_id))) fail(path, 'mentions nobody');
      return 0;
    }
    if (!/^rich_text_(section|list|preformatted|quote)$/.test(String(value.type))) {
      fail(path, `is a ${String(value.type)}, which may ping or link`);
    }
    const inner = value.elements;
    if (!Array.isArray(inner) || inner.length === 0) {
      fail(path, 'has no elements');
      return 0;
    }
    return inner.reduce((sum: number, one, index) => sum + rich(one, `${path}.elements[${index}]`), 0);
  };

  if (!Array.isArray(blocks) || blocks.length === 0) return ['there are no blocks'];
  const most = surface === 'message' ? LIMITS.messageBlocks : LIMITS.viewBlocks;
  if (blocks.length > most) fail('blocks', `are ${blocks.length} of ${most}`);
  const ids = new Set<string>();
  let tables = 0;
  blocks.forEach((block: unknown, index) => {
    const path = `blocks[${index}]`;
    if (!isObject(block) || !known.has(String(block.type))) {
      fail(path, 'is no known block');
      return;
    }
    if (block.block_id !== undefined) {
      short(block.block_id, LIMITS.id, `${path}.block_id`);
      if (ids.has(String(block.block_id))) fail(path, `has the block_id ${String(block.block_id)} again`);
      ids.add(String(block.block_id));
    }
    const elements = Array.isArray(block.elements) ? (block.elements as unknown[]) : [];
    switch (block.type) {
      case 'header':
        text(block.text, LIMITS.header, `${path}.text`);
        break;
      case 'context':
        if (elements.length < 1 || elements.length > LIMITS.contextElements)
          fail(path, 'has too many elements or none');
        for (const [at, one] of elements.entries()) text(one, LIMITS.textObject, `${path}.elements[${at}]`);
        break;
      case 'actions': {
        if (elements.length < 1 || elements.length > LIMITS.actionsElements)
          fail(path, 'has too many elements or none');
        for (const [at, one] of elements.entries()) element(one, `${path}.elements[${at}]`);
        const actionIds = elements.map((one) => (isObject(one) ? one.action_id : undefined));
        if (new Set(actionIds).size !== actionIds.length) fail(path, 'has an action_id twice');
        break;
      }
      case 'input':
        if (surface === 'message') fail(path, 'stands in a message');
        text(block.label, LIMITS.inputLabel, `${path}.label`);
        element(block.element, `${path}.element`);
        break;
      case 'rich_text': {
        const size = elements.reduce((sum: number, one, at) => sum + rich(one, `${path}.elements[${at}]`), 0);
        if (elements.length === 0) fail(path, 'has no elements');
        if (size > LIMITS.richText) fail(path, `has ${size} of ${LIMITS.richText} characters`);
        break;
      }
      case 'table': {
        tables++;
        if (surface !== 'message') fail(path, 'stands in a view');
        const rows = block.rows as Json[][];
        if (rows.length < 1 || rows.length > LIMITS.tableRows) fail(path, `has ${rows.length} rows`);
        if (rows.some((row) => row.length > LIMITS.tableColumns || row.length !== rows[0]?.length))
          fail(path, 'has uneven rows');
        const all = rows.flat();
        if (all.some((cell) => cell.type !== 'raw_text' || typeof cell.text !== 'string' || cell.text === '')) {
          fail(path, 'has an empty cell');
        }
        if (all.reduce((sum, cell) => sum + String(cell.text).length, 0) > LIMITS.tableText) fail(path, 'is too long');
        break;
      }
    }
  });
  if (tables > LIMITS.tablesPerMessage) fail('blocks', `have ${tables} tables`);
  return found;
}

/** The same for a view. */
export function viewFaults(view: unknown): string[] {
  if (!isObject(view)) return ['it is no view'];
  const surface = view.type === 'home' ? 'home' : 'modal';
  const found = faults(view.blocks, surface);
  if (JSON.stringify(view).length > LIMITS.viewBytes) found.push('the view is too large');
  const meta = view.private_metadata;
  if (typeof meta === 'string' && meta.length > LIMITS.privateMetadata) found.push('private_metadata is too long');
  if (surface === 'home') return found;
  for (const key of ['title', 'submit', 'close']) {
    const label = view[key] as Json | undefined;
    if (key === 'title' && !label) found.push('there is no title');
    if (label && (String(label.text).length < 1 || String(label.text).length > LIMITS.viewTitle))
      found.push(`${key} is too long`);
  }
  const hasInput = (view.blocks as Json[]).some(({ type }) => type === 'input');
  if (hasInput && !view.submit) found.push('there are inputs, and no submit');
  return found;
}

/** All visible text, in order. */
export function textOf(value: unknown): string {
  const words: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const one of node) walk(one);
      return;
    }
    if (!isObject(node)) return;
    for (const [key, inner] of Object.entries(node)) {
      if (key === 'text' && typeof inner === 'string') words.push(inner);
      else if (typeof inner === 'object') walk(inner);
    }
  };
  walk(value);
  return words.join('\n');
}
