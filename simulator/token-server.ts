// The token endpoint, plain http on loopback: App Service's managed-identity protocol (GET with X-IDENTITY-HEADER) and the
// older one of the Azure CLI (POST, form resource=). client_id chooses whose token it is; the bot's own without it.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Simulation } from './exchange.ts';
import { identityId } from './ids.ts';
import type { Tokens } from './tokens.ts';

/** An http server that gives tokens. It is not listening yet. */
export function tokenServer(simulation: Simulation, tokens: Tokens, identityHeader: string): Server {
  return createServer((request, response) => {
    answer(simulation, tokens, identityHeader, request, response).catch((error: unknown) => {
      refuse(response, 500, error instanceof Error ? error.message : String(error));
    });
  });
}

async function answer(
  simulation: Simulation,
  tokens: Tokens,
  identityHeader: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/healthz') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"up"}');
    return;
  }
  if (url.pathname !== '/msi/token') return refuse(response, 404, `There is nothing at ${url.pathname}.`);
  if (request.method === 'GET' && request.headers['x-identity-header'] !== identityHeader) {
    return refuse(response, 401, 'The X-IDENTITY-HEADER header is missing or is not the one of this endpoint.');
  }
  if (request.method !== 'GET' && request.method !== 'POST') return refuse(response, 405, 'GET or POST only.');
  const asked = request.method === 'GET' ? url.searchParams : new URLSearchParams(await text(request));
  const resource = asked.get('resource');
  if (!resource) return refuse(response, 400, 'The resource parameter is required.');
  const principal = chosen(simulation, asked);
  if (!principal) {
    return refuse(
      response,
      400,
      'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.',
    );
  }
  const { world, settings } = simulation;
  const now = simulation.now();
  const token = tokens.issue(principal, world.tenant.id, resource, now, settings.tokenLifetime);
  response.writeHead(200, { 'content-type': 'application/json' }).end(
    JSON.stringify({
      access_token: token,
      expires_on: String(Math.floor((now + settings.tokenLifetime) / 1000)),
      expires_in: String(Math.floor(settings.tokenLifetime / 1000)),
      resource,
      token_type: 'Bearer',
      client_id: principal.appId ?? principal.objectId,
    }),
  );
}

function chosen(
  { world }: Simulation,
  asked: URLSearchParams,
): { objectId: string; appId?: string; upn?: string; resourceId?: string } | undefined {
  const name = (
    asked.get('client_id') ??
    asked.get('principal_id') ??
    asked.get('object_id') ??
    asked.get('mi_res_id') ??
    world.botId
  ).toLowerCase();
  const application = world.servicePrincipals.one('app', name) ?? world.servicePrincipals.get(name);
  if (application) return { objectId: application.id, appId: application.appId };
  const identity =
    world.identities.one('client', name) ?? world.identities.one('principal', name) ?? world.identities.get(name);
  if (identity) {
    const { subscriptionId, resourceGroup, principalId, clientId } = identity;
    const resourceId = identityId(subscriptionId, resourceGroup, identity.name);
    return { objectId: principalId, appId: clientId, resourceId };
  }
  const user = world.users.get(name) ?? world.users.one('upn', name);
  return user && { objectId: user.id, upn: user.userPrincipalName };
}

function refuse(response: ServerResponse, statusCode: number, message: string): void {
  response
    .writeHead(statusCode, { 'content-type': 'application/json' })
    .end(JSON.stringify({ statusCode, message, correlationId: '' }));
}
