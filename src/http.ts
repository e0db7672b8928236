// The HTTP server: exact routes, bodies with a size limit and a deadline, graceful shutdown.
// It reads a body only where a route asks for it: Slack's receiver needs it unread.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from './core/ports.ts';
import { withTimeout } from './with-timeout.ts';

/** A handler for one method and path. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** The whole path, without the query. */
  readonly path: string;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void> | void;
}

/** Address and routes. */
export interface HttpOptions {
  /** Undefined: all interfaces. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly log: Log;
  readonly routes: readonly Route[];
  /** Called for every request before its route. Throws HttpError for a request that is refused. */
  readonly guard?: (request: IncomingMessage, path: string) => void;
  /** How long a request's headers may take to arrive, in milliseconds. */
  readonly headersMs?: number;
}

/** Far above what Slack and Teams send, and far below what overflows the stack when the value is walked. */
const deepestJson = 100;

/** The listening server. */
export interface HttpServer {
  readonly port: number;
  /** An address to open in a browser: a wildcard host is shown as 127.0.0.1. */
  readonly url: string;
  /** Accepts no new connections, waits at most `graceMs` for responses in progress, then closes the rest. */
  close(graceMs: number): Promise<void>;
}

/** An error response, with a message for the caller. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
  }
}

/** Writes a JSON response; does nothing where a response has been started. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length });
  response.end(bytes);
}

/** The raw body. Throws HttpError 413 above `maxBytes` and 408 after `timeoutMs`. */
export function readBody(
  request: IncomingMessage,
  { maxBytes, timeoutMs }: { maxBytes: number; timeoutMs: number },
): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge(maxBytes));
  // By its events and not as an iterator, which costs several turns of the event loop while an acknowledgement waits.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (bytes: Buffer) => {
      size += bytes.length;
      if (size > maxBytes) return stop(() => reject(tooLarge(maxBytes)));
      chunks.push(bytes);
    };
    const onEnd = () => stop(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    const onLost = () => stop(() => reject(new HttpError(400, 'the request body ended early')));
    const onLate = () => stop(() => reject(new HttpError(408, `the request body took longer than ${timeoutMs} ms`)));
    const timer = setTimeout(onLate, timeoutMs);
    function stop(settle: () => void): void {
      clearTimeout(timer);
      // The stream stays open after an early end, so that the response can still be sent.
      request.off('data', onData).off('end', onEnd).off('error', onLost).off('close', onLost).pause();
      settle();
    }
    request.on('data', onData).on('end', onEnd).on('error', onLost).on('close', onLost);
  });
}

/** Parses JSON. Throws HttpError 400 where it is not JSON, or nested so deeply that walking it would overflow the stack. */
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
      if (++depth > deepestJson)
        throw new HttpError(400, `the request body is nested more than ${deepestJson} levels deep`);
    } else if (sign === ']' || sign === '}') depth--;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new HttpError(400, 'the request body is not JSON');
  }
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(413, `the request body is larger than ${maxBytes} bytes`);
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
      if (!methods) throw new HttpError(404, 'not found');
      const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
      const route = methods.get(method);
      if (!route) {
        response.setHeader('allow', [...methods.keys()].join(', '));
        throw new HttpError(405, `method not allowed; allowed: ${[...methods.keys()].join(', ')}`);
      }
      await route.handle(request, response);
    } catch (error) {
      if (!(error instanceof HttpError)) log.error({ path, error }, 'request handler failed');
      const status = error instanceof HttpError ? error.status : 500;
      // The rest of an unread body would be taken for the next request on this connection.
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
  server.on('error', (error) => log.error({ error }, 'HTTP server error'));
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
