// Accepts only HTTP requests that are signed for this bot, come from its tenant, and have an allowed service URL.

import type { IncomingMessage } from 'node:http';
import { sameName } from '../../core/model/fold.ts';
import type { RefusedAccess } from '../../core/model/person.ts';
import type { Log } from '../../core/ports.ts';
import { HttpError, readBody } from '../../http.ts';
import { parseActivity, strangerOf, type TeamsActivity } from './activity.ts';
import { isServiceUrl, type TeamsClient } from './client.ts';
import { LIMITS } from './limits.ts';

interface Checks {
  readonly sandbox: boolean;
  readonly appId?: string;
  readonly tenantId?: string;
  readonly serviceHosts: readonly string[];
}

function tenantsOf({ conversation, channelData }: TeamsActivity): string[] {
  return [conversation.tenantId, channelData?.tenant?.id].filter((id) => id !== undefined);
}

function isOtherTenant(activity: TeamsActivity, { tenantId }: Checks): boolean {
  return tenantId !== undefined && tenantsOf(activity).some((id) => !sameName(id, tenantId));
}

/** Why an activity is refused; undefined where it is accepted. For the log only: the sender is not told the reason. */
export function refusal(activity: TeamsActivity, checks: Checks): string | undefined {
  if (!isServiceUrl(activity.serviceUrl, { sandbox: checks.sandbox, hosts: checks.serviceHosts })) {
    return 'its service URL is not allowed';
  }
  // Local clients have arbitrary channel and tenant ids.
  if (checks.sandbox) return undefined;
  if (activity.channelId !== 'msteams') return 'its channel is not Teams';
  if (tenantsOf(activity).length === 0) return 'it has no tenant';
  if (isOtherTenant(activity, checks)) return 'it comes from another tenant';
  if (!sameName(activity.recipient.id, `28:${checks.appId}`)) {
    return 'it is addressed to another bot';
  }
  return undefined;
}

/** Returns a function that reads and verifies the activity of a request. It throws HttpError for what it refuses. */
export function createRequestFilter(
  client: TeamsClient,
  checks: Checks,
  { onRefused, log }: { readonly onRefused: (refused: RefusedAccess) => void; readonly log: Log },
) {
  return async (request: IncomingMessage): Promise<TeamsActivity> => {
    const body = await readBody(request, { maxBytes: LIMITS.inboundBytes, timeoutMs: LIMITS.inboundBodyMs });
    const activity = parseActivity(body);
    if (!activity) throw new HttpError(400, 'the body is not an activity');
    let isAuthentic: boolean;
    try {
      isAuthentic = await client.isAuthentic(request.headers.authorization ?? '', activity as never);
    } catch (error) {
      log.error({ error }, 'Teams: signature verification unavailable');
      throw new HttpError(503, 'the signature could not be verified');
    }
    if (!isAuthentic) throw new HttpError(401, 'the activity is not signed for this bot');
    const why = refusal(activity, checks);
    if (why === undefined) return activity;
    log.warn({ why, conversation: activity.conversation.id }, 'Teams: activity refused');
    if (isOtherTenant(activity, checks)) onRefused({ reason: 'other-tenant', ...strangerOf(activity) });
    throw new HttpError(403, 'the activity is refused');
  };
}
