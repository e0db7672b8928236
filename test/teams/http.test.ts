import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp, type HttpServer, type Route, readBody, sendJson } from '../../src/http.ts';
import { silentLog } from './bench.ts';

let server: HttpServer | undefined;
afterEach(() => server?.close(100));

async function serve(...routes: Route[]): Promise<HttpServer> {
  server = await createHttp({ host: '127.0.0.1', port: 0, log: silentLog, routes });
  return server;
}
const echo: Route = {
  method: 'POST',
  path: '/echo',
  async handle(request, response) {
    sendJson(response, 200, { size: (await readBody(request, { maxBytes: 1000, timeoutMs: 200 })).length });
  },
};

describe('the HTTP server', () => {
  it('answers exact paths and methods only, in JSON', async () => {
    const { url } = await serve(echo);
    expect((await fetch(`${url}/echo?x=1`, { method: 'POST', body: 'abc' })).status).toBe(200);
    expect((await fetch(`${url}/echo/`, { method: 'POST' })).status).toBe(404);
    const wrong = await fetch(`${url}/echo`);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await (await fetch(`${url}/nothing`)).json()).toEqual({ error: 'not found' });
  });

  it('refuses a body that is too large, announced or not', async () => {
    const { url } = await serve(echo);
    expect((await fetch(`${url}/echo`, { method: 'POST', body: 'x'.repeat(2000) })).status).toBe(413);
    const chunks = new ReadableStream({
      start(controller) {
        for (let n = 0; n < 5; n++) controller.enqueue(Buffer.alloc(300));
        controller.close();
      },
    });
    expect((await fetch(`${url}/echo`, { method: 'POST', body: chunks, duplex: 'half' } as RequestInit)).status).toBe(
      413,
    );
  });

  it('gives up on a body that does not come', async () => {
    const { port } = await serve(echo);
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 408/);
    socket.destroy();
  });

  it('answers a route that throws with 500 and no detail', async () => {
    const fails = () => {
      throw new Error('secret');
    };
    const { url } = await serve({ method: 'GET', path: '/', handle: fails });
    const response = await fetch(url);
    expect([response.status, await response.json()]).toEqual([500, { error: 'internal error' }]);
  });

  it('lets an answer under way finish when it closes, and cuts one that does not', async () => {
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const { promise: go, resolve } = Promise.withResolvers<void>();
    const slow: Route = {
      method: 'GET',
      path: '/slow',
      async handle(_, response) {
        enter();
        await go;
        sendJson(response, 200, {});
      },
    };
    const stuck: Route = { method: 'GET', path: '/stuck', handle: () => new Promise<void>(() => {}) };
    const { url, close } = await serve(slow, stuck);
    const answer = fetch(`${url}/slow`);
    const never = fetch(`${url}/stuck`).catch(() => 'cut');
    await entered;
    const closed = close(300);
    resolve();
    expect((await answer).status).toBe(200);
    expect(await never).toBe('cut');
    await closed;
    await expect(fetch(`${url}/slow`)).rejects.toThrow();
  });
});
