// The one HTTP server: exact routes, bodies with a size limit and a deadline, an orderly end.
// It knows nothing of chats or commands, and never reads a body that a route did not ask for (Slack's receiver needs it unread).

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from './core/ports.ts';
import { withTimeout } from './with-timeout.ts';

export interface Route {
  readonly method: 'GET' | 'POST';
  /** The whole path, without the query. */
  readonly path: string;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void> | void;
}

export interface HttpOptions {
  /** Undefined: all interfaces. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly log: Log;
  readonly routes: readonly Route[];
  /** Looks at every request before its route does; it throws HttpError for what it will not take in. */
  readonly guard?: (request: IncomingMessage, path: string) => void;
  /** How long a request's headers may take to arrive, in milliseconds. */
  readonly headersMs?: number;
}

/** Nesting that nothing of Slack's or Teams' comes near, and that no recursion over the parsed value overflows. */
const deepestJson = 100;

export interface HttpServer {
  readonly port: number;
  /** For a person to open: a wildcard host is shown as 127.0.0.1. */
  readonly url: string;
  /** Takes no new connection, waits for the answers under way for at most `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

/** An answer that is not a success, with a text that the caller may read. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
  }
}

/** Writes a JSON answer; nothing where the answer has already begun. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length });
  response.end(bytes);
}

/** The raw body. Throws HttpError 413 above `maxBytes` and 408 after `timeoutMs`. */
export async function readBody(
  request: IncomingMessage,
  { maxBytes, timeoutMs }: { maxBytes: number; timeoutMs: number },
): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  const read = async (): Promise<Buffer> => {
    // The stream stays open after an early end, so that the answer still goes out on it.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer;
      size += bytes.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(bytes);
    }
    return Buffer.concat(chunks);
  };
  const body = await withTimeout(read(), timeoutMs).catch((error: unknown) => {
    throw error instanceof HttpError ? error : new HttpError(400, 'the body broke off');
  });
  if (!body) throw new HttpError(408, `the body took longer than ${timeoutMs} ms`);
  return body.value;
}

/** The value of a JSON text. Throws HttpError 400 where it is none, or is nested so deeply that to walk it would overflow the stack. */
export function readJson(text: string): unknown {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (isInString) {
      if (sign === '\\') at++;
      else if (sign === '"') isInString = false;
    } else if (sign === '"') isInString = true;
    else if (sign === '[' || sign === '{') {
      if (++depth > deepestJson) throw new HttpError(400, `the body is nested more than ${deepestJson} levels deep`);
    } else if (sign === ']' || sign === '}') depth--;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new HttpError(400, 'the body is not JSON');
  }
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(413, `the body is larger than ${maxBytes} bytes`);
}

/** Starts the server. Rejects with the system's error where the port is taken. */
export async function createHttp(options: HttpOptions): Promise<HttpServer> {
  const { host, port, log, routes, guard, headersMs = 10_000 } = options;
  const byPath = new Map<string, Map<string, Route>>();
  for (const route of routes) {
    const methods = byPath.get(route.path) ?? new Map<string, Route>();
    methods.set(route.method, route);
    byPath.set(route.path, methods);
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    try {
      guard?.(request, path);
      const methods = byPath.get(path);
      if (!methods) throw new HttpError(404, 'there is nothing at this path');
      const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
      const route = methods.get(method);
      if (!route) {
        response.setHeader('allow', [...methods.keys()].join(', '));
        throw new HttpError(405, `this path answers ${[...methods.keys()].join(', ')} only`);
      }
      await route.handle(request, response);
    } catch (error) {
      if (!(error instanceof HttpError)) log.error({ path, error }, 'a route failed');
      const status = error instanceof HttpError ? error.status : 500;
      // What is left of an unread body would be taken for the next request on this connection.
      if (!request.complete) response.setHeader('connection', 'close');
      sendJson(response, status, { error: error instanceof HttpError ? error.message : 'internal error' });
    }
  };

  // Node looks for connections that are late every 30 s unless told otherwise: its limits would mean little.
  const limits = { headersTimeout: headersMs, requestTimeout: 30_000, connectionsCheckingInterval: headersMs / 5 };
  const server = createServer(limits, (request, response) => {
    void answer(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', (error) => log.error({ error }, 'the HTTP server failed'));
  const address = server.address() as AddressInfo;
  const shown = host === undefined || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;

  return {
    port: address.port,
    url: `http://${shown.includes(':') ? `[${shown}]` : shown}:${address.port}`,
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      if (await withTimeout(closed, graceMs)) return;
      server.closeAllConnections();
      await closed;
    },
  };
}
