// Sends the files of a card: into the conversation of the answer, or, where only one person may see it, into their own chat with the
// bot. A file is never shown to more people than its card, and the card stands without it.

import type { CardFile } from '../../core/card-file.ts';
import { plainLine, shorten } from '../../core/plain-text.ts';
import type { Log } from '../../core/ports.ts';
import { type SlackClient, SlackFailure } from './client.ts';
import { LIMITS } from './limits.ts';
import type { To } from './send.ts';

/** What became of the files: why they were not sent, in words that tell what to do. */
type FilesOutcome = { readonly ok: true } | { readonly ok: false; readonly why: string; readonly code: string };

/** Uploads files and shares them in a conversation. Never throws. */
export type SendFiles = (to: To, files: readonly CardFile[]) => Promise<FilesOutcome>;

/** Words for Slack's error codes. Source: docs.slack.dev, errors of files.getUploadURLExternal and files.completeUploadExternal. */
const reasons: Readonly<Record<string, string>> = {
  missing_scope: 'the app has no permission to send files (scope files:write): ask an admin to reinstall it',
  not_allowed_token_type: 'the app has no permission to send files (scope files:write): ask an admin to reinstall it',
  file_uploads_disabled: 'this workspace does not allow files',
  file_uploads_except_images_disabled: 'this workspace does not allow files other than images',
  restricted_action: 'this workspace does not let the app send files',
  storage_limit_reached: 'the workspace has no storage left',
  too_large: 'it is too large',
};

/** Creates it. `apiUrl`: a test server in place of Slack, which may also take the files. */
export function createSendFiles({ web, apiUrl, log }: { web: SlackClient; apiUrl?: string; log: Log }): SendFiles {
  const isStandIn = (url: URL) => apiUrl !== undefined && url.host === new URL(apiUrl).host;

  async function put(address: unknown, content: Uint8Array): Promise<void> {
    const url = typeof address === 'string' && URL.canParse(address) ? new URL(address) : undefined;
    const isSlacks = url?.protocol === 'https:' && /(^|\.)slack(-gov)?\.com$/.test(url.hostname);
    if (!url || !(isSlacks || isStandIn(url))) throw new Error('the upload address is not one of Slack');
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(content),
      redirect: 'error',
      signal: AbortSignal.timeout(LIMITS.uploadMs),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
  }

  async function upload({ name, content, alt }: CardFile): Promise<{ id: string; title: string }> {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const { upload_url, file_id } = await web.callWithRetry('files.getUploadURLExternal', {
      filename: name,
      length: bytes.length,
      ...(alt === undefined ? {} : { alt_txt: shorten(plainLine(alt), LIMITS.altText) }),
    });
    await put(upload_url, bytes);
    return { id: String(file_id), title: name };
  }

  return async (to, files) => {
    try {
      const uploaded = [];
      for (const file of files) if (file.content.length > 0) uploaded.push(await upload(file));
      if (uploaded.length === 0) return { ok: true };
      // Not repeated: a lost response would share them twice.
      await web.call('files.completeUploadExternal', {
        files: uploaded,
        channel_id: to.conversation,
        ...(to.thread === undefined ? {} : { thread_ts: to.thread }),
      });
      return { ok: true };
    } catch (error) {
      const code = error instanceof SlackFailure ? error.code : 'upload';
      log.warn({ conversation: to.conversation, code, files: files.length }, 'Slack: files not sent');
      return { ok: false, code, why: reasons[code] ?? 'Slack did not take it; run the command again later' };
    }
  };
}
