// Renders messages, modals and Home tabs as one HTML page in the style of Slack's light theme. It reads no files and no clock. Text is
// never interpreted as markup; a block that cannot be drawn is an error.

import { z } from 'zod';
import { type Block, homeSchema, messageSchema, modalSchema } from './block-kit.ts';
import { drawBlock, type Filling } from './draw-block.ts';
import { type Reader, text, timeOf } from './draw-text.ts';
import { type Html, html } from './html.ts';

const shotSchema = z.strictObject({
  /** The picture's file name without extension. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'is to be small letters, digits and hyphens'),
  /** The picture's description. */
  title: z.string().min(1),
  kind: z.enum(['message', 'modal', 'home']),
  /** An ephemeral message. */
  isPrivate: z.boolean().optional(),
  /** The JSON as the bot sent it: the body of a message, or a view. */
  payload: z.unknown(),
  /** The replies under a message. */
  thread: z.array(z.strictObject({ payload: z.unknown() })).optional(),
  /** Values typed into a modal's fields and their errors, by block_id. */
  typed: z.record(z.string(), z.string()).optional(),
  errors: z.record(z.string(), z.string()).optional(),
});

const sceneSchema = z.strictObject({
  shots: z.array(shotSchema).min(1),
  /** The pictures' time. */
  at: z.iso.datetime(),
  timeZone: z.string().default('UTC'),
  /** Names of mentioned people by Slack user id. */
  people: z.record(z.string(), z.string()).default({}),
  app: z.string().default('Identity Desk'),
});

export type Shot = z.infer<typeof shotSchema>;
export type Scene = z.input<typeof sceneSchema>;

/** The page's style: slack.css, and the app's icon as a data: URL. */
export interface Look {
  readonly css: string;
  readonly icon: string;
}

interface Stage {
  readonly reader: Reader;
  readonly app: string;
  readonly icon: Html;
}

function drawBlocks(blocks: readonly Block[], { reader }: Stage, shot?: Shot): Html {
  const filling: Filling = { typed: shot?.typed ?? {}, errors: shot?.errors ?? {} };
  return html`${blocks.map((block) => drawBlock(block, reader, filling))}`;
}

function drawMessage(payload: unknown, stage: Stage, isPrivate = false): Html {
  const { blocks } = messageSchema.parse(payload);
  const { at, timeZone } = stage.reader;
  const from = html`<b class="name">${stage.app}</b><span class="badge">APP</span><span class="time">${timeOf(at, timeZone)}</span>`;
  const column = html`<div class="from">${from}</div>${drawBlocks(blocks, stage)}`;
  const line = isPrivate ? html`<div class="private">Only visible to you</div>` : undefined;
  return html`${line}<div class="post">${stage.icon}<div class="column">${column}</div></div>`;
}

/** Slack shows the author above the first of several consecutive messages only. */
function drawThread(replies: readonly { readonly payload?: unknown }[], stage: Stage): Html {
  const count = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
  const drawn = replies.map(({ payload }, index) => {
    if (index === 0) return drawMessage(payload, stage);
    const { blocks } = messageSchema.parse(payload);
    return html`<div class="post next"><div class="column">${drawBlocks(blocks, stage)}</div></div>`;
  });
  return html`<div class="count">${count}</div>${drawn}`;
}

function drawModal(shot: Shot, stage: Stage): Html {
  const { title, submit, close, blocks } = modalSchema.parse(shot.payload);
  const end = html`<span class="button plain">${text(close?.text ?? 'Close')}</span>${
    submit && html`<span class="button primary">${text(submit.text)}</span>`
  }`;
  return html`<div class="title">${stage.icon}<b>${text(title.text)}</b><i class="close"></i></div><div class="inside">${drawBlocks(
    blocks,
    stage,
    shot,
  )}</div><div class="end">${end}</div>`;
}

function drawHome(shot: Shot, stage: Stage): Html {
  const { blocks } = homeSchema.parse(shot.payload);
  const tabs = html`<div class="tabs"><b>Home</b><span>Messages</span><span>About</span></div>`;
  const top = html`<div class="top">${stage.icon}<b>${stage.app}</b></div>`;
  return html`${top}${tabs}<div class="inside">${drawBlocks(blocks, stage, shot)}</div>`;
}

function drawShot(shot: Shot, stage: Stage): Html {
  if (shot.kind === 'modal') return drawModal(shot, stage);
  if (shot.kind === 'home') return drawHome(shot, stage);
  return html`${drawMessage(shot.payload, stage, shot.isPrivate)}${shot.thread?.length ? drawThread(shot.thread, stage) : undefined}`;
}

/**
 * The page, with every shot in a `[data-shot=NAME]`. It loads nothing from the network. Throws an Error with the shot's name where a
 * shot is invalid or cannot be drawn.
 */
export function renderPage(given: Scene, look: Look): string {
  const { shots, at, timeZone, people, app } = sceneSchema.parse(given);
  const stage: Stage = {
    reader: { people, at: new Date(at), timeZone },
    app,
    icon: html`<img class="icon" src="${look.icon}" alt="">`,
  };
  const drawn = shots.map((shot) => {
    try {
      const inner = drawShot(shot, stage);
      const surface = html`<div class="surface">${inner}</div>`;
      return html`<figure class="${shot.kind}" data-shot="${shot.name}" aria-label="${shot.title}">${surface}</figure>`;
    } catch (cause) {
      const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
      throw new Error(`${shot.name}: ${why}`, { cause });
    }
  });
  const rule = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="content-security-policy" content="${
    rule
  }"><title>Slack</title><style>${{ html: look.css }}</style></head><body>${drawn}</body></html>`.html;
}
