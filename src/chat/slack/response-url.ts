// Posts answers to a response_url. It comes from a payload: the bot posts to Slack's hosts only and follows no redirect. The URL is
// a secret for 30 minutes and is never logged.

import type { Log } from '../../core/ports.ts';
import type { Json } from './client.ts';
import { LIMITS } from './limits.ts';

/** Posts a message to a response_url. 'refused': Slack did not accept the message (400). Never throws. */
export type Respond = (url: string | null | undefined, message: Json) => Promise<'sent' | 'refused' | 'failed'>;

const hosts = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);

/** Whether a host is this machine. */
function isLoopback(host: string | undefined): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
}

/** `apiUrl`: a test server in place of Slack, whose host is allowed too. */
export function createResponseUrl({ apiUrl, log }: { apiUrl?: string; log: Log }): Respond {
  const standIn = apiUrl === undefined ? undefined : new URL(apiUrl).hostname;

  function isAllowed(address: string): boolean {
    if (!URL.canParse(address)) return false;
    const url = new URL(address);
    if (url.username !== '' || url.password !== '') return false;
    if (url.protocol === 'https:' && url.port === '' && hosts.has(url.hostname)) return true;
    const isThere = url.hostname === standIn || (isLoopback(url.hostname) && isLoopback(standIn));
    return standIn !== undefined && isThere && /^https?:$/.test(url.protocol);
  }

  return async function respond(url, message) {
    if (!url) return 'failed';
    if (!isAllowed(url)) {
      log.warn({}, 'Slack: response_url with an unknown host ignored');
      return 'failed';
    }
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(message),
        redirect: 'error',
        signal: AbortSignal.timeout(LIMITS.callMs),
      });
      await response.body?.cancel();
      if (response.ok) return 'sent';
      log.warn({ status: response.status }, 'Slack: response_url refused the answer');
      return response.status === 400 ? 'refused' : 'failed';
    } catch {
      log.warn({}, 'Slack: response_url not reachable');
      return 'failed';
    }
  };
}
