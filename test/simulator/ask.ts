// Plain HTTPS to the simulator, with a token that was fetched as a managed identity does.

import { request } from 'node:https';
import type { RunningSimulator } from '../../simulator/server.ts';

export interface ArmCall {
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: unknown;
}

/** A function that asks as the principal of `clientId`, the bot unless it is given, with a token for `resource`. */
export async function asker(
  simulator: RunningSimulator,
  clientId?: string,
  resource = 'https://management.azure.com',
): Promise<(asked: ArmCall) => Promise<Reply>> {
  const query = `api-version=2019-08-01&resource=${resource}${clientId ? `&client_id=${clientId}` : ''}`;
  const answer = await fetch(`${simulator.tokenEndpoint}?${query}`, {
    headers: { 'x-identity-header': simulator.identityHeader },
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return (asked) => send(simulator, { ...asked, headers: { authorization: `Bearer ${token}`, ...asked.headers } });
}

export function send(simulator: RunningSimulator, { method, path, body, headers }: ArmCall): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${simulator.endpoint}${path}`,
      { method, ca: simulator.caPem, headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: text === '' ? undefined : JSON.parse(text),
          });
        });
        response.on('error', reject);
      },
    );
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
