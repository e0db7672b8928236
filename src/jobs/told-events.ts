// Which events people are told of in their own chats.

import type { AuditEventName } from '../core/model/audit.ts';

/** Events that get their own message in a one-to-one chat, where an update of a card goes unnoticed. */
export const toldToRequester: ReadonlySet<AuditEventName> = new Set([
  'request.denied',
  'request.expired',
  'request.failed',
  'request.replanned',
  'request.succeeded',
  'request.reviewed',
  'request.disowned',
  'grant.ended',
  'grant.extended',
  'grant.overdue',
]);
/** The same, for approvers. */
export const toldToApprovers: ReadonlySet<AuditEventName> = new Set([
  'request.reminded',
  'request.escalated',
  'request.review-overdue',
  'request.replanned',
  'request.disowned',
]);
