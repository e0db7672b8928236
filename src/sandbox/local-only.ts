// Keeps other people's web pages out of the sandbox, which believes whoever speaks to it. A page that its user happens to have
// open can post to this machine, and by a name of its own that points here (DNS rebinding) it even counts as the same origin.

import type { IncomingMessage } from 'node:http';
import { HttpError } from '../http.ts';

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/** Why a request comes from somebody else's web page, or undefined where it does not. Programs send none of these headers. */
export function foreignPage({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const { origin, host = '', 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'none' && site !== 'same-origin') return 'it comes from another site’s page';
  if (origin !== undefined && origin !== `http://${host}`) return 'it comes from another origin’s page';
  return undefined;
}

/** Whether a request names this machine as such. */
export function namesThisMachine({ headers: { host } }: Pick<IncomingMessage, 'headers'>): boolean {
  return (
    host === undefined || (URL.canParse(`http://${host}`) && loopbackNames.includes(new URL(`http://${host}`).hostname))
  );
}

/**
 * The guard of the sandbox's HTTP edge. `signedPaths` prove who speaks by themselves and may come through a tunnel.
 * It throws HttpError 403, and 415 for what a page may post without asking first.
 */
export function createLocalGuard(signedPaths: readonly string[]): (request: IncomingMessage, path: string) => void {
  return (request, path) => {
    const why = foreignPage(request);
    if (why !== undefined) throw new HttpError(403, `the sandbox refuses this request: ${why}`);
    if (signedPaths.includes(path)) return;
    if (!namesThisMachine(request)) throw new HttpError(403, 'the sandbox answers to names of this machine only');
    const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
    if (request.method === 'POST' && type !== 'application/json') {
      throw new HttpError(415, 'the sandbox takes application/json only');
    }
  };
}
