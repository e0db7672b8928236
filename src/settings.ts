// The one table of settings: every environment variable that the bot reads, its rule, its default, its words. Config, the
// errors about it, .env.example and the table in the README all come from here.

import { z } from 'zod';

export interface Setting {
  readonly group: 'Server' | 'Policy and data' | 'Slack' | 'Teams' | 'Azure' | 'Sandbox' | 'Log';
  readonly schema: z.ZodType<unknown>;
  readonly default?: string;
  readonly about: string;
  readonly isSecret?: boolean;
  readonly example?: string;
}

const text = z.string().min(1);
const guid = z.guid({ error: 'is no GUID' });
const https = z.url({ protocol: /^https$/, error: 'must be an https:// address' });
const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  // The methods hang on it as they stand: it ends with a slash, and a server's bare address means what Slack's own would.
  .transform((address) => {
    const url = new URL(address);
    return url.pathname === '/' ? `${url.origin}/api/` : `${url.origin}${url.pathname.replace(/\/*$/, '/')}`;
  });
const teamIds = z
  .string()
  .transform((ids) => ids.split(/[\s,]+/).filter((id) => id !== ''))
  .pipe(
    z
      .array(
        z.string().regex(/^[TE][A-Z0-9]+$/, 'must be ids of workspaces such as T0123ABCD, with commas between them'),
      )
      .min(1, 'must name a workspace'),
  );
const onOff = z.enum(['on', 'off'], { error: 'must be on or off' });

export const settings = {
  PORT: {
    group: 'Server',
    schema: z.coerce.number({ error: 'must be a port' }).int().min(0).max(65535),
    default: '3978',
    about: 'Where the one HTTP server listens',
  },
  HOST: {
    group: 'Server',
    schema: text,
    about: 'The address that it listens on; all interfaces unless set (the sandbox: 127.0.0.1)',
    example: '0.0.0.0',
  },
  DATABASE_URL: {
    group: 'Policy and data',
    // No URL by the letter where it names a socket: postgres://user@/name?host=/run/postgresql
    schema: z.string().regex(/^postgres(ql)?:\/\/\S+$/, 'must be a postgres:// address'),
    about: 'PostgreSQL 14 or newer. None: an embedded PostgreSQL in DATA_DIR',
    isSecret: true,
    example: 'postgres://bot:password@db.example.com/identitydesk?sslmode=verify-full',
  },
  DATA_DIR: {
    group: 'Policy and data',
    schema: text,
    default: './data',
    about: 'The embedded database’s folder (the sandbox keeps all that is its own in `sandbox` in it)',
  },
  POLICY_FILE: {
    group: 'Policy and data',
    schema: text,
    default: './policy.yaml',
    about: 'Who may do what and who approves (the sandbox: sandbox/policy.yaml)',
  },
  SLACK_BOT_TOKEN: {
    group: 'Slack',
    schema: text,
    about: 'The Slack app’s bot token',
    isSecret: true,
    example: 'xoxb-…',
  },
  SLACK_SIGNING_SECRET: {
    group: 'Slack',
    schema: text,
    about: 'The Slack app’s signing secret, for HTTP at `/slack/events`',
    isSecret: true,
  },
  SLACK_APP_TOKEN: {
    group: 'Slack',
    schema: text,
    about: 'The Slack app’s app-level token (`connections:write`). Set: Socket Mode instead of HTTP',
    isSecret: true,
    example: 'xapp-…',
  },
  SLACK_TEAM_IDS: {
    group: 'Slack',
    schema: teamIds,
    about:
      'The workspaces (or organisations) served, with commas between them; any other is refused. None: the bot token’s own',
    example: 'T0123ABCD',
  },
  SLACK_API_URL: {
    group: 'Slack',
    schema: webAddress,
    about: 'Another Slack Web API, for tests; otherwise Slack’s',
  },
  MicrosoftAppId: { group: 'Teams', schema: guid, about: 'The Teams bot’s application id' },
  MicrosoftAppType: {
    group: 'Teams',
    schema: z.enum(['SingleTenant', 'UserAssignedMSI'], { error: 'must be SingleTenant or UserAssignedMSI' }),
    default: 'SingleTenant',
    about: 'How the bot signs in',
  },
  MicrosoftAppTenantId: { group: 'Teams', schema: guid, about: 'The tenant that the bot serves; any other is refused' },
  MicrosoftAppPassword: {
    group: 'Teams',
    schema: text,
    about: 'The application’s client secret (SingleTenant)',
    isSecret: true,
  },
  CertificateThumbprint: {
    group: 'Teams',
    schema: text,
    about: 'Instead of a secret: the certificate’s thumbprint (SingleTenant)',
  },
  CertificatePrivateKey: {
    group: 'Teams',
    schema: text,
    about: 'Instead of a secret: the certificate’s private key, PEM (SingleTenant)',
    isSecret: true,
  },
  AZURE_CLOUD: {
    group: 'Azure',
    schema: z.enum(['public', 'usgov', 'china'], { error: 'must be public, usgov or china' }),
    default: 'public',
    about: 'Which Azure',
  },
  AZURE_TENANT_ID: {
    group: 'Azure',
    schema: guid,
    about: 'The tenant of the bot’s own identity, where it is no managed identity',
  },
  AZURE_CLIENT_ID: {
    group: 'Azure',
    schema: guid,
    about:
      'The client id of the bot’s own identity: a user-assigned managed identity, a workload identity or an application',
  },
  AZURE_CLIENT_SECRET: {
    group: 'Azure',
    schema: text,
    about: 'Its secret, if it is an application with one',
    isSecret: true,
  },
  AZURE_CLIENT_CERTIFICATE_PATH: {
    group: 'Azure',
    schema: text,
    about: 'Its certificate, if it is an application with one',
  },
  AZURE_FEDERATED_TOKEN_FILE: { group: 'Azure', schema: text, about: 'Set by Kubernetes for a workload identity' },
  AZURE_RESOURCE_MANAGER_ENDPOINT: {
    group: 'Azure',
    schema: https,
    about: 'Another Azure Resource Manager, for tests and private clouds; otherwise the cloud’s',
  },
  MICROSOFT_GRAPH_ENDPOINT: {
    group: 'Azure',
    schema: https,
    about: 'Another Microsoft Graph, for tests and private clouds; otherwise the cloud’s',
  },
  SANDBOX: {
    group: 'Sandbox',
    schema: z.enum(['0', '1'], { error: 'must be 1 or 0' }),
    about:
      '1: the sandbox, with its own simulated Azure and its own database. It is also what runs when nothing at all is set',
  },
  SANDBOX_CLIENTS: {
    group: 'Sandbox',
    schema: onOff,
    default: 'on',
    about: 'off: without the two local Teams clients',
  },
  LOG_LEVEL: {
    group: 'Log',
    schema: z.enum(['debug', 'info', 'warn', 'error'], { error: 'must be debug, info, warn or error' }),
    default: 'info',
    about: 'How much is logged: JSON lines on stdout, pretty on a terminal',
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof settings;

/** .env.example, printed from the table. */
export function envExample(): string {
  const lines = [
    '# Settings of Identity Desk, read from the environment or from a file .env beside this one.',
    '# With none of them set, `npm start` runs the sandbox.',
  ];
  let group = '';
  for (const [name, setting] of Object.entries(settings) as [string, Setting][]) {
    if (setting.group !== group) lines.push('', `# --- ${setting.group} ---`);
    group = setting.group;
    lines.push(
      `# ${setting.about}${setting.isSecret ? ' (a secret)' : ''}`,
      `#${name}=${setting.default ?? setting.example ?? ''}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** The table of settings for the README. */
export function settingsTable(): string {
  const rows = (Object.entries(settings) as [string, Setting][]).map(
    ([name, { about, default: standard }]) =>
      `| \`${name}\` | ${standard === undefined ? '' : `\`${standard}\``} | ${about} |`,
  );
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}
