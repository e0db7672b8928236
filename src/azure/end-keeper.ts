// Who ends an assignment at its time: Azure itself, by Privileged Identity Management (PIM), or the bot.

import { randomUUID } from 'node:crypto';
import type { AzureReader, EndKeeper, EndQuestion } from '../core/azure-ports.ts';
import type { AzureContext } from './azure-context.ts';
import { type AzureError, readAzureError } from './azure-error.ts';
import { isRefusedByPim, type ScheduleChange, shortestMs, validateSchedule } from './role-schedules.ts';

/** How long a tenant is taken to have no licence, in milliseconds, before it is asked again. */
const unlicensedMs = 10 * 60_000;
/** How long a plan waits for the answer, in milliseconds. */
const mostMs = 4_000;

const ruleWords: Readonly<Record<string, string>> = {
  ExpirationRule: 'it does not allow so long a time, or no end',
  JustificationRule: 'it requires a justification',
  TicketingRule: 'it requires a ticket',
  MfaRule: 'it requires multi-factor authentication',
};

const noLicence = 'the tenant has no licence for Privileged Identity Management';

/** Why PIM refuses, in words behind “Azure would not, since ”. */
function whyOf({ code, message }: AzureError): string {
  if (code === 'AadPremiumLicenseRequired') return noLicence;
  if (code !== 'RoleAssignmentRequestPolicyValidationFailed')
    return `Privileged Identity Management refuses it (${code || 'no reason given'})`;
  const failed = Object.keys(ruleWords).filter((rule) => message.includes(rule));
  const words = failed.map((rule) => ruleWords[rule]).join(', ') || 'its policy does not allow it';
  return `of the policy of Privileged Identity Management there: ${words}`;
}

/** AzureReader.endKeeper. */
export function createEndKeeper(context: AzureContext): AzureReader['endKeeper'] {
  const { calls, clock, log, pim } = context;
  let unlicensedUntil = 0;

  return async function endKeeper(of: EndQuestion): Promise<EndKeeper> {
    const { scheduleId, durationMs } = of;
    if (scheduleId === undefined) {
      if (pim === 'off') return { keeper: 'bot', why: 'the setting AZURE_PIM is off' };
      if (durationMs === undefined) return { keeper: 'bot' };
      if (durationMs < shortestMs) return { keeper: 'bot', why: 'it takes no less than 5 minutes' };
      if (clock().getTime() < unlicensedUntil) return { keeper: 'bot', why: noLicence };
    }
    const until = durationMs === undefined ? null : new Date(clock().getTime() + durationMs).toISOString();
    const change: ScheduleChange =
      scheduleId !== undefined
        ? { kind: 'update', until, scheduleId }
        : { kind: 'assign', until: until ?? clock().toISOString() };
    const sent = { name: randomUUID(), marker: 'plan', change };
    try {
      // Nothing is changed by it, so it may be repeated as a read.
      await calls.attempt('who ends a role assignment', () => validateSchedule(context, of, sent), {
        deadlineMs: mostMs,
      });
      return { keeper: 'azure' };
    } catch (error) {
      const problem = readAzureError(error);
      if (problem.code === 'AadPremiumLicenseRequired') unlicensedUntil = clock().getTime() + unlicensedMs;
      if (isRefusedByPim(error)) return { keeper: 'bot', why: whyOf(problem) };
      log.info({ err: error }, 'whether Azure ends a role assignment by itself is unknown');
      return { keeper: 'unknown' };
    }
  };
}
