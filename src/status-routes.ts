// What says how the process is: alive, ready, and its metrics.

import { type Route, sendJson } from './http.ts';
import type { Metrics } from './metrics.ts';

/** The routes /healthz, /readyz and /metrics. */
export function statusRoutes(isReady: () => Promise<boolean>, metrics: Metrics): readonly Route[] {
  return [
    { method: 'GET', path: '/healthz', handle: (_request, response) => sendJson(response, 200, { status: 'alive' }) },
    {
      method: 'GET',
      path: '/readyz',
      handle: async (_request, response) => {
        const isGood = await isReady();
        sendJson(response, isGood ? 200 : 503, { status: isGood ? 'ready' : 'not ready' });
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      handle: async (_request, response) => {
        response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.text());
      },
    },
  ];
}
