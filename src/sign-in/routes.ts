// The pages of a sign-in over HTTP. Looking at a link changes nothing, since whatever previews links does so too; all that changes
// something is a form of these pages, sent by the browser that was given it.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { asFault, Fault, type FaultCode } from '../core/errors.ts';
import type { SignInTicket } from '../core/model/sign-in.ts';
import type { Ids, Log } from '../core/ports.ts';
import { codeHashOf } from '../core/sign-in/link-account.ts';
import type { SignInParts } from '../core/sign-in/sign-in-parts.ts';
import type { IdentityProvider } from '../core/sign-in-ports.ts';
import { HttpError, type Route, readBody } from '../http.ts';
import { type Binding, bind, isBrowserSecret, isSameSecret, newBrowserSecret } from './browser.ts';
import { style } from './page.ts';
import { paths } from './paths.ts';
import { approvedPage, codePage, confirmPage, faultPage, otherBrowser, startPage } from './views.ts';

const limits = { maxBytes: 4_096, timeoutMs: 5_000 };
/** As long as a link lives. */
const cookieSeconds = 600;

interface RouteDependencies {
  readonly parts: Pick<SignInParts, 'flow' | 'stepUp'>;
  readonly provider: IdentityProvider;
  readonly publicUrl: string;
  /** Where the browser is sent to sign in: the page's form may lead there. */
  readonly providerOrigin: string;
  readonly ids: Ids;
  readonly log: Log;
}

const statusOf = (code: FaultCode) =>
  code === 'internal' ? 500 : code === 'unavailable' ? 503 : code === 'not-allowed' ? 403 : 400;

/** The routes of the sign-in pages. */
export function signInRoutes(deps: RouteDependencies): readonly Route[] {
  const { parts, provider, publicUrl, ids, log } = deps;
  const { flow, stepUp } = parts;
  const isSecure = publicUrl.startsWith('https:');
  // The prefix makes browsers refuse one that a neighbouring host has set.
  const cookieName = isSecure ? '__Host-sign-in' : 'sign-in';

  const headers: Readonly<Record<string, string>> = {
    'cache-control': 'no-store',
    // A form's redirect must be allowed too, or browsers stop at it.
    'content-security-policy': `default-src 'none'; style-src 'self'; form-action 'self' ${deps.providerOrigin}; base-uri 'none'; frame-ancestors 'none'`,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // Not “no-referrer”: with that, browsers do not say where a form came from.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(isSecure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };

  function send(response: ServerResponse, status: number, body: string, type = 'text/html; charset=utf-8'): void {
    const bytes = Buffer.from(body);
    response.writeHead(status, { ...headers, 'content-type': type, 'content-length': bytes.length }).end(bytes);
  }

  function redirect(response: ServerResponse, to: string): void {
    response.writeHead(303, { ...headers, location: to, 'content-length': 0 }).end();
  }

  function browserSecret(request: IncomingMessage): string | undefined {
    const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
    const value = pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
    return isBrowserSecret(value) ? value : undefined;
  }

  function setBrowserSecret(response: ServerResponse, secret: string): void {
    const rules = `Path=/; Max-Age=${cookieSeconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
    response.setHeader('set-cookie', `${cookieName}=${secret}; ${rules}`);
  }

  const queryOf = (request: IncomingMessage) => new URL(request.url ?? '/', publicUrl);

  /** The form's fields. Throws HttpError for what none of these pages has sent. */
  async function fieldsOf(request: IncomingMessage): Promise<(name: string) => string> {
    const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
    if (type !== 'application/x-www-form-urlencoded') throw new HttpError(415, 'a form is expected');
    const { origin, 'sec-fetch-site': site } = request.headers;
    const isForeign =
      (origin !== undefined && origin !== new URL(publicUrl).origin) || (site ?? 'same-origin') !== 'same-origin';
    if (isForeign) throw new HttpError(403, 'the form was sent by another page');
    const fields = new URLSearchParams((await readBody(request, limits)).toString());
    return (name) => fields.get(name) ?? '';
  }

  /** The link that this very browser has begun with, by the `state` that only it can make. Throws Fault. */
  async function mine(request: IncomingMessage, state: string): Promise<{ ticket: SignInTicket; own: Binding }> {
    const secret = browserSecret(request);
    if (secret === undefined) throw otherBrowser();
    const ticket = await flow.begun(ids.sha256(state));
    const own = bind(secret, ticket.tokenHash);
    if (!isSameSecret(own.state, state)) throw otherBrowser();
    return { ticket, own };
  }

  async function look(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = queryOf(request).searchParams.get('t') ?? '';
    const ticket = await flow.look(token);
    const known = browserSecret(request);
    const secret = known ?? newBrowserSecret();
    setBrowserSecret(response, secret);
    // Whoever is sent away now need not sign in for nothing.
    if (ticket.purpose.kind === 'step-up') await stepUp.requestOf(ticket);
    const { csrf } = bind(secret, ticket.tokenHash);
    send(response, 200, startPage(ticket, { t: token, csrf }));
  }

  async function start(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const field = await fieldsOf(request);
    const secret = browserSecret(request);
    if (secret === undefined) throw otherBrowser();
    const token = field('t');
    const own = bind(secret, ids.sha256(token));
    if (!isSameSecret(own.csrf, field('csrf'))) throw otherBrowser();
    await flow.look(token);
    // Before the link is taken: where Entra cannot be reached it can still be used.
    const to = await provider.authorizeUrl(own);
    await flow.begin(token, ids.sha256(own.state));
    redirect(response, to);
  }

  async function callback(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = queryOf(request);
    const { ticket, own } = await mine(request, url.searchParams.get('state') ?? '');
    const stateHash = ids.sha256(own.state);
    if (ticket.state !== 'begun') {
      throw new Fault('stale', 'This sign-in was completed already.', { next: 'Nothing was changed by this one.' });
    }
    try {
      const who = await provider.redeem(url, own);
      await flow.signedIn(stateHash, who, codeHashOf(ids, ticket.tokenHash, own.code));
    } catch (error) {
      // Somebody else than was let in: that link is of no more use. What may pass, or was given up, can be tried again.
      const fault = asFault(error);
      const now = await flow.begun(stateHash).catch(() => undefined);
      if (fault.code === 'not-allowed' && now?.state === 'begun') await flow.failed(stateHash, fault);
      throw error;
    }
    // Away from the address that has the code in it.
    redirect(response, `${paths.result}?state=${own.state}`);
  }

  async function result(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { ticket, own } = await mine(request, queryOf(request).searchParams.get('state') ?? '');
    const { signedIn: who, purpose } = ticket;
    if (ticket.state !== 'signed-in' || !who) throw otherBrowser();
    if (purpose.kind === 'link') return send(response, 200, codePage(ticket, who, own.code));
    const { state, csrf } = own;
    send(response, 200, confirmPage(await stepUp.requestOf(ticket), who, { state, csrf }));
  }

  async function confirm(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const field = await fieldsOf(request);
    const { own } = await mine(request, field('state'));
    if (!isSameSecret(own.csrf, field('csrf'))) throw otherBrowser();
    send(response, 200, approvedPage(await flow.confirm(ids.sha256(own.state))));
  }

  /** Answers errors as pages. */
  const asPage =
    (handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Route['handle'] =>
    async (request, response) => {
      try {
        await handle(request, response);
      } catch (error) {
        if (error instanceof HttpError) throw error;
        const fault = asFault(error);
        if (fault.code === 'internal') log.error({ err: fault.details.cause ?? fault }, 'a sign-in page failed');
        else log.info({ code: fault.code }, 'a sign-in page was answered with a fault');
        if (!request.complete) response.setHeader('connection', 'close');
        send(response, statusOf(fault.code), faultPage(fault));
      }
    };

  return [
    { method: 'GET', path: paths.look, handle: asPage(look) },
    {
      method: 'GET',
      path: paths.style,
      handle: (_request, response) => send(response, 200, style, 'text/css; charset=utf-8'),
    },
    { method: 'POST', path: paths.start, handle: asPage(start) },
    { method: 'GET', path: paths.callback, handle: asPage(callback) },
    { method: 'GET', path: paths.result, handle: asPage(result) },
    { method: 'POST', path: paths.confirm, handle: asPage(confirm) },
  ];
}
