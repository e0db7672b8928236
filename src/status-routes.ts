// What says how the process is: alive, ready, and its metrics.

import { type Route, sendJson } from './http.ts';
import type { Metrics } from './metrics.ts';
import type { PolicyStatus } from './policy-file/live-policy.ts';

/** The routes /healthz, /readyz and /metrics. */
export function statusRoutes(
  { isReady, policy }: { readonly isReady: () => Promise<boolean>; readonly policy: () => PolicyStatus },
  metrics: Metrics,
): readonly Route[] {
  return [
    { method: 'GET', path: '/healthz', handle: (_request, response) => sendJson(response, 200, { status: 'alive' }) },
    {
      method: 'GET',
      path: '/readyz',
      handle: async (_request, response) => {
        const isGood = await isReady();
        const { version, problems } = policy();
        const detail = { policy: version, policyProblems: problems.length };
        sendJson(response, isGood ? 200 : 503, { status: isGood ? 'ready' : 'not ready', ...detail });
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
