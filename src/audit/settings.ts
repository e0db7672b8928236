// The settings of the audit. They are part of the table in src/settings.ts.

import { z } from 'zod';

/** A witness as it is set: `file:` and a path, or a chat and its channel. */
const witness = z.string().regex(/^(file:\/\S*|[a-z]+:[^\s/]\S*)$/, 'must be file:/path, slack:C… or teams:19:…');

/** The settings by variable name. */
export const auditSettings = {
  AUDIT_WITNESS: {
    group: 'Audit',
    schema: z
      .string()
      .transform((list) => list.split(/[\s,]+/).filter((one) => one !== ''))
      .pipe(z.array(witness).min(1, 'must name a witness')),
    about:
      'Where the audit’s checkpoints are posted, so that a change of the database cannot go unseen: `file:/path`, `slack:C…` or `teams:19:…`, several separated by commas',
    example: 'slack:C0AUDIT',
  },
  AUDIT_CHECKPOINT_AT: {
    group: 'Audit',
    schema: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 02:30')
      .transform((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))),
    default: '00:00',
    about: 'When the daily checkpoint of the audit is made, in UTC',
  },
  AUDIT_KEY: {
    group: 'Audit',
    schema: z.string().regex(/^PRIVATE\+KEY\+\S+$/, 'must begin with PRIVATE+KEY+'),
    about:
      'Key that checkpoints are signed with, made by `npm run audit -- new-key NAME`. Default: `audit-key` in DATA_DIR, made at the first start',
    isSecret: true,
    example: 'PRIVATE+KEY+desk.example.com/audit+…',
  },
} as const;

/** What was set. */
export interface AuditConfig {
  readonly witnesses: readonly string[];
  /** Minutes after midnight UTC. */
  readonly checkpointAtMinute: number;
  readonly key?: string;
}

/** The settings of the audit, from a reader of parsed settings. */
export function readAuditConfig(get: <T>(name: keyof typeof auditSettings) => T | undefined): AuditConfig {
  const key = get<string>('AUDIT_KEY');
  return {
    witnesses: get<readonly string[]>('AUDIT_WITNESS') ?? [],
    checkpointAtMinute: get<number>('AUDIT_CHECKPOINT_AT') ?? 0,
    ...(key === undefined ? {} : { key }),
  };
}
