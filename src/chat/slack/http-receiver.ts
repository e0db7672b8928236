// Receives Slack's requests over HTTP: reads each once, verifies its signature, parses its body, and acknowledges it. Bolt's receiver
// for HTTP parses a body up to three times and verifies it by three HMACs. What it answers to each kind of request is kept.

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { App, ReceiverEvent } from '@slack/bolt';
import type { Log } from '../../core/ports.ts';
import { HttpError, readBody, readJson, sendJson } from '../../http.ts';
import { LIMITS } from './limits.ts';
import { Refused } from './request-filter.ts';

/**
 * Why a request is not Slack's, or is too old or too new; undefined where it is signed with this app's secret
 * (docs.slack.dev, "Verifying requests from Slack"). `body`: the bytes as they came. `now`: Date.now().
 */
export function unsigned(headers: IncomingHttpHeaders, body: Buffer, secret: string, now: number): string | undefined {
  const time = headers['x-slack-request-timestamp'];
  const signature = headers['x-slack-signature'];
  if (typeof time !== 'string' || !/^\d{1,12}$/.test(time)) return 'it has no timestamp';
  const aheadMs = Number(time) * 1000 - now;
  // One signed for the future would stay valid for that long.
  if (Math.abs(aheadMs) > LIMITS.clockSkewMs) {
    return `its timestamp is ${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'ahead' : 'old'}; check the system clock`;
  }
  if (typeof signature !== 'string' || !/^v0=[0-9a-f]{64}$/i.test(signature)) return 'it has no signature';
  const expected = createHmac('sha256', secret).update(`v0:${time}:`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(signature.slice(3), 'hex')) ? undefined : 'its signature is wrong';
}

type Form = ReturnType<typeof parse>;

/** The payload of a body. Throws HttpError 400 where there is none: Slack's payloads are objects. */
function payloadOf(text: string, form: Form | undefined): Record<string, unknown> {
  const json = form ? form.payload : text;
  if (form && typeof json !== 'string') return form;
  const payload = typeof json === 'string' ? readJson(json) : undefined;
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new HttpError(400, 'the body is not a Slack payload');
  }
  return payload as Record<string, unknown>;
}

function acknowledge(response: ServerResponse, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  if (typeof body === 'object' && body !== null) sendJson(response, 200, body);
  else response.writeHead(200).end(typeof body === 'string' ? body : undefined);
}

function retryOf({ headers }: IncomingMessage): { retryNum?: number } {
  const number = Number(headers['x-slack-retry-num']);
  return Number.isSafeInteger(number) ? { retryNum: number } : {};
}

/** Creates the handler of POST /slack/events; the body must not have been read. It throws HttpError for a request that it refuses. */
export function createHttpReceiver(given: {
  readonly signingSecret: string;
  readonly filter: Pick<App, 'processEvent'>;
  readonly log: Log;
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { signingSecret, filter, log } = given;

  return async (request, response) => {
    const { headers } = request;
    const rawBody = await readBody(request, { maxBytes: LIMITS.inboundBytes, timeoutMs: LIMITS.bodyMs });
    const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
    const text = rawBody.toString();
    const form = type === 'application/x-www-form-urlencoded' ? parse(text) : undefined;
    // Slack looks whether the server's certificate is good, without a signature. Nothing else of such a request is read.
    if (form?.ssl_check === '1') return acknowledge(response, undefined);
    const why = unsigned(headers, rawBody, signingSecret, Date.now());
    if (why !== undefined) {
      log.warn({ why }, 'Slack: request refused');
      throw new HttpError(401, 'the request is not signed by Slack');
    }
    const body = payloadOf(text, form);
    if (body.type === 'url_verification') return sendJson(response, 200, { challenge: body.challenge });
    const event: ReceiverEvent = {
      body,
      ack: async (answer) => acknowledge(response, answer),
      ...retryOf(request),
      customProperties: { signature: headers['x-slack-signature'] },
    };
    try {
      await filter.processEvent(event);
    } catch (error) {
      if (error instanceof Refused) throw new HttpError(403, 'the workspace is not served');
      log.error({ error }, 'Slack: payload processing failed');
      throw new HttpError(400, 'the payload could not be processed');
    }
  };
}
