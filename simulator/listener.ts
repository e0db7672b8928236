// From the socket to a call and from an answer to the socket: bodies, headers, faults, error shapes.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { cloudMetadata } from './arm/metadata.ts';
import type { Control } from './control.ts';
import { ArmError, invalidRequestContent } from './errors.ts';
import type { Answer, Call, Simulation } from './exchange.ts';
import type { Fault } from './faults.ts';
import { graphAnswer, graphErrorBody } from './graph/pipeline.ts';
import { parseLenient } from './lenient-json.ts';
import { armAnswer, armErrorBody, armHeaders } from './pipeline.ts';
import { Throttle } from './throttle.ts';
import type { Tokens } from './tokens.ts';

const mostBytes = 4 * 1024 * 1024; // ARM's own limit on a request's body

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** The https server's request listener. */
export function listener(simulation: Simulation, tokens: Tokens, control: Control, isControlled: boolean): Listener {
  const throttle = new Throttle();
  return (request, response) => {
    serve(request, response).catch(() => response.destroy());
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = simulation.now();
    const url = new URL(request.url?.replace(/^\/+/, '/') ?? '/', simulation.endpoint);
    const method = request.method ?? 'GET';
    if (url.pathname === '/healthz') return send(response, method, { status: 200, body: { status: 'up' } }, {});
    if (isControlled && url.pathname.startsWith('/_control/')) {
      const answer = await control.answer(method, url.pathname, () => bodyIn(request));
      return send(response, method, answer, {});
    }
    const path = `/${url.pathname.split('/').filter(Boolean).join('/')}`;
    const fault = control.faults.meet(method, path, [...url.searchParams.values()].join(' '));
    const id = randomUUID();
    const isGraph = /^\/(v1\.0|beta)\//i.test(path);
    const correlation = request.headers['x-ms-correlation-request-id'] ?? request.headers['x-ms-client-request-id'];
    const common = armHeaders(id, Array.isArray(correlation) ? correlation[0] : correlation, started);
    const before = fault && !fault.after ? fault : undefined;
    let answer = await faulty(before);
    let caller = '';
    let body: unknown;
    if (answer === undefined) {
      try {
        body = await bodyIn(request);
        answer = await answered({ id, method, url, path, isGraph, request, body, onCaller: (who) => (caller = who) });
      } catch (error) {
        answer = refusal(error, isGraph, id);
      }
      if (fault?.after) answer = (await faulty(fault)) ?? answer;
    }
    control.note({
      method,
      path,
      query: url.search,
      body,
      caller,
      status: answer === 'drop' ? 0 : answer.status,
      at: started,
    });
    if (answer === 'drop') {
      response.destroy();
      return;
    }
    return send(response, method, answer, common);
  }

  async function answered(of: {
    id: string;
    method: string;
    url: URL;
    path: string;
    isGraph: boolean;
    request: IncomingMessage;
    body: unknown;
    onCaller: (objectId: string) => void;
  }): Promise<Answer> {
    if (of.path === '/metadata/endpoints') return cloudMetadata(simulation);
    const door = { kind: of.isGraph ? 'graph' : 'arm', endpoint: simulation.endpoint } as const;
    const caller = tokens.read(of.request.headers.authorization, door, simulation.world, simulation.now());
    of.onCaller(caller.objectId);
    const call: Omit<Call, 'params'> = {
      id: of.id,
      method: of.method,
      segments: decoded(of.path),
      query: new Map([...of.url.searchParams].map(([name, value]) => [name.toLowerCase(), value])),
      headers: of.request.headers,
      body: of.body,
      caller,
    };
    return of.isGraph ? graphAnswer(simulation, call) : await armAnswer(simulation, throttle, call);
  }
}

async function faulty(fault: Fault | undefined): Promise<Answer | 'drop' | undefined> {
  if (!fault) return undefined;
  if (fault.delayMs) await delay(fault.delayMs);
  if (fault.drop) return 'drop';
  if (fault.status === undefined) return undefined;
  const { status, headers = {}, code = 'InternalServerError', message = 'A fault that was asked for.' } = fault;
  return { status, headers, body: { error: { code, message } } };
}

function refusal(error: unknown, isGraph: boolean, id: string): Answer {
  const known =
    error instanceof ArmError
      ? error
      : new ArmError(
          500,
          'InternalServerError',
          error instanceof Error ? (error.stack ?? error.message) : String(error),
        );
  return {
    status: known.status,
    headers: known.headers,
    body: isGraph ? graphErrorBody(known, id) : armErrorBody(known),
  };
}

function decoded(path: string): string[] {
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    throw new ArmError(400, 'BadRequest', 'The path is not a valid URL.');
  }
}

async function bodyIn(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new ArmError(413, 'RequestContentTooLarge', 'The request content size exceeds 4 MB.');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return undefined;
  try {
    return parseLenient(text);
  } catch (error) {
    throw invalidRequestContent(error instanceof Error ? error.message : 'no JSON');
  }
}

function send(response: ServerResponse, method: string, answer: Answer, common: Record<string, string>): void {
  const text = answer.body === undefined || method === 'HEAD' ? '' : JSON.stringify(answer.body);
  const type = answer.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  const length = answer.status === 204 ? {} : { 'content-length': String(Buffer.byteLength(text)) };
  response.writeHead(answer.status, { ...common, ...type, ...length, ...answer.headers }).end(text);
}
