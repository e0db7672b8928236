// Tells of every policy that takes effect and of every one that is refused: in the log, in the metrics, and in the audit log, where it
// is kept until the database takes it.

import type { AuditEntry, AuditEvent } from '../core/model/audit.ts';
import type { Audit, Clock, Log } from '../core/ports.ts';

/** What happened to the policy file. */
export interface PolicyReport {
  /** `version` is in effect from now on. `before`: what was until now; none at the start. */
  loaded(of: {
    version: string;
    rules: number;
    before?: string;
    isFullyChecked: boolean;
    /** What is valid and probably not meant. */
    warnings: readonly string[];
  }): void;
  /** The file's text is not used. `version`: of that text, or null where there is none; `kept`: what stays in effect. */
  refused(of: { version: string | null; problems: readonly string[]; kept: string }): void;
  /** Tries again to write what the audit log has not taken yet. */
  flush(): Promise<void>;
}

/** What the metrics are told. */
export interface PolicyMetrics {
  /** A text of the policy was taken or refused; `problems`: the mistakes in the newest one. */
  policyRead(outcome: 'loaded' | 'refused', problems: number): void;
}

/** Most mistakes in one audit entry. */
const mostProblems = 50;

/** A report to log, metrics and audit. */
export function createPolicyReport(given: {
  file: string;
  audit: Pick<Audit, 'append'>;
  metrics: PolicyMetrics;
  /** Tells people in the chats. */
  tell?: (refused: { version: string | null; problems: readonly string[]; kept: string }) => Promise<void>;
  clock: Clock;
  log: Log;
}): PolicyReport {
  const { file, audit, metrics, tell, clock, log } = given;
  const waiting: AuditEntry[] = [];
  const record = (event: AuditEvent) =>
    waiting.push({ at: clock.now().toISOString(), actor: 'bot', actorName: 'Identity Desk', ...event });

  async function flush(): Promise<void> {
    while (waiting[0]) {
      const next = waiting[0];
      try {
        await audit.append([next]);
      } catch (err) {
        log.warn({ err, event: next.event }, 'a change of the policy is not in the audit log yet; trying again');
        return;
      }
      // Only what was written: another may have come meanwhile.
      waiting.splice(waiting.indexOf(next), 1);
    }
  }

  return {
    loaded({ version, rules, before, isFullyChecked, warnings }) {
      metrics.policyRead('loaded', 0);
      log.info({ file, version, rules, ...(before === undefined ? {} : { before }) }, 'policy in effect');
      if (warnings.length > 0)
        log.warn({ file, version, warnings }, 'the policy has warnings (npm run policy -- lint)');
      if (!isFullyChecked) {
        log.warn(
          { file, version },
          'the role names in the policy could not be checked: Azure is not responding; trying again',
        );
      }
      record({ event: 'policy.loaded', data: { version, before: before ?? null, rules } });
    },
    refused({ version, problems, kept }) {
      metrics.policyRead('refused', problems.length);
      const isOwn = version === kept;
      log.error(
        { file, version, kept, problems },
        isOwn
          ? 'the policy in effect is not valid: correct the file'
          : 'the policy file was changed and is not valid: the policy before stays in effect; correct the file',
      );
      void tell?.({ version, problems, kept }).catch((err: unknown) =>
        log.warn({ err }, 'the refused policy was not told'),
      );
      record({ event: 'policy.refused', data: { version, kept, problems: problems.slice(0, mostProblems) } });
    },
    flush,
  };
}
