// What a request has brought about, read from its operations' results.

import type { Request } from './request.ts';

/** The ids of the identity that the request created, once it has. */
export function identityCreated(request: Request): { id: string; clientId: string; principalId: string } | undefined {
  const record = request.operations.find(
    ({ operation, state }) => operation.kind === 'identity.create' && state === 'done',
  );
  const ids = record?.result?.ids;
  if (!ids) return undefined;
  return { id: ids.id ?? '', clientId: ids.clientId ?? '', principalId: ids.principalId ?? '' };
}
