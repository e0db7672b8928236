// All settings: every environment variable with its schema, default and description. Config, its errors, .env.example and the table
// in the README are made from this table.

import { z } from 'zod';
import { auditSettings } from './audit/settings.ts';
import {
  databaseUrl,
  guid,
  https,
  issuer,
  limitSettings,
  onOff,
  operatorSettings,
  publicAddress,
  teamIds,
  text,
  webAddress,
} from './setting-schemas.ts';

/** One environment variable. `about` completes “NAME is missing: …” and is a row of the README's table. */
export interface Setting {
  readonly group: 'Server' | 'Policy and data' | 'Audit' | 'Slack' | 'Teams' | 'Azure' | 'Sign-in' | 'Sandbox' | 'Log';
  readonly schema: z.ZodType<unknown>;
  readonly default?: string;
  readonly about: string;
  readonly isSecret?: boolean;
  readonly example?: string;
}

/** The settings by variable name. */
export const settings = {
  PORT: {
    group: 'Server',
    schema: z.coerce.number({ error: 'must be a port number' }).int().min(0).max(65535),
    default: '3978',
    about: 'Port of the HTTP server',
  },
  HOST: {
    group: 'Server',
    schema: text,
    about: 'Address that the HTTP server listens on. Default: all interfaces (sandbox: 127.0.0.1)',
    example: '0.0.0.0',
  },
  DATABASE_URL: {
    group: 'Policy and data',
    schema: databaseUrl,
    about:
      'PostgreSQL 14 or later, as the role that the bot works under, which should own nothing. Default: an embedded PostgreSQL in DATA_DIR',
    isSecret: true,
    example: 'postgres://bot:password@db.example.com/identitydesk?sslmode=verify-full',
  },
  DATABASE_OWNER_URL: {
    group: 'Policy and data',
    schema: databaseUrl,
    about:
      'The same database as the role that owns its tables: used for migrations at start, and by `npm run migrate`. Without it the role of DATABASE_URL owns them, and could change the audit',
    isSecret: true,
    example: 'postgres://owner:password@db.example.com/identitydesk?sslmode=verify-full',
  },
  DATA_DIR: {
    group: 'Policy and data',
    schema: text,
    default: './data',
    about: 'Folder of the embedded database (sandbox: the subfolder `sandbox`)',
  },
  POLICY_FILE: {
    group: 'Policy and data',
    schema: text,
    default: './policy.yaml',
    about: 'The policy: who may do what, and who approves (sandbox: sandbox/policy.yaml)',
  },
  ...auditSettings,
  SLACK_BOT_TOKEN: {
    group: 'Slack',
    schema: text,
    about: 'Bot token of the Slack app',
    isSecret: true,
    example: 'xoxb-…',
  },
  SLACK_SIGNING_SECRET: {
    group: 'Slack',
    schema: text,
    about: 'Signing secret of the Slack app, for HTTP at `/slack/events`',
    isSecret: true,
  },
  SLACK_APP_TOKEN: {
    group: 'Slack',
    schema: text,
    about: 'App-level token of the Slack app (`connections:write`). If set, Socket Mode is used instead of HTTP',
    isSecret: true,
    example: 'xapp-…',
  },
  SLACK_TEAM_IDS: {
    group: 'Slack',
    schema: teamIds,
    about:
      'Workspaces or organizations served, separated by commas; all others are refused. Default: the bot token’s own',
    example: 'T0123ABCD',
  },
  SLACK_API_URL: {
    group: 'Slack',
    schema: webAddress,
    about: 'Slack Web API endpoint, for tests. Default: Slack’s',
  },
  MicrosoftAppId: { group: 'Teams', schema: guid, about: 'Application (client) id of the Teams bot' },
  MicrosoftAppType: {
    group: 'Teams',
    schema: z.enum(['SingleTenant', 'UserAssignedMSI'], { error: 'must be SingleTenant or UserAssignedMSI' }),
    default: 'SingleTenant',
    about: 'Type of the bot’s app registration',
  },
  MicrosoftAppTenantId: { group: 'Teams', schema: guid, about: 'Tenant that the bot serves; all others are refused' },
  MicrosoftAppPassword: {
    group: 'Teams',
    schema: text,
    about: 'Client secret of the application (SingleTenant)',
    isSecret: true,
  },
  CertificateThumbprint: {
    group: 'Teams',
    schema: text,
    about: 'Instead of a client secret: thumbprint of the certificate (SingleTenant)',
  },
  CertificatePrivateKey: {
    group: 'Teams',
    schema: text,
    about: 'Instead of a client secret: private key of the certificate, PEM (SingleTenant)',
    isSecret: true,
  },
  AZURE_CLOUD: {
    group: 'Azure',
    schema: z.enum(['public', 'usgov', 'china'], { error: 'must be public, usgov or china' }),
    default: 'public',
    about: 'Azure cloud',
  },
  AZURE_PIM: {
    group: 'Azure',
    schema: z.enum(['auto', 'off'], { error: 'must be auto or off' }),
    default: 'auto',
    about:
      'Whether the end of a temporary role is given to Azure itself, by Privileged Identity Management, where the tenant has it, so that it holds with the bot down',
  },
  AZURE_TENANT_ID: {
    group: 'Azure',
    schema: guid,
    about: 'Tenant of the bot’s identity, if it is not a managed identity; and whose people sign in',
  },
  AZURE_CLIENT_ID: {
    group: 'Azure',
    schema: guid,
    about: 'Client id of the bot’s identity: a user-assigned managed identity, a workload identity or an application',
  },
  AZURE_CLIENT_SECRET: {
    group: 'Azure',
    schema: text,
    about: 'Client secret of the bot’s identity, if it is an application',
    isSecret: true,
  },
  AZURE_CLIENT_CERTIFICATE_PATH: {
    group: 'Azure',
    schema: text,
    about: 'Certificate file of the bot’s identity, if it is an application',
  },
  AZURE_FEDERATED_TOKEN_FILE: {
    group: 'Azure',
    schema: text,
    about: 'Token file of a workload identity; set by Kubernetes',
  },
  AZURE_RESOURCE_MANAGER_ENDPOINT: {
    group: 'Azure',
    schema: https,
    about: 'Azure Resource Manager endpoint, for tests and private clouds. Default: the cloud’s',
  },
  MICROSOFT_GRAPH_ENDPOINT: {
    group: 'Azure',
    schema: https,
    about: 'Microsoft Graph endpoint, for tests and private clouds. Default: the cloud’s',
  },
  PUBLIC_URL: {
    group: 'Sign-in',
    schema: publicAddress,
    about: 'Where the browsers of people reach the bot, for the sign-in page (`docs/sign-in.md`)',
    example: 'https://identity-desk.example.com',
  },
  SIGN_IN_CLIENT_ID: {
    group: 'Sign-in',
    schema: guid,
    about: 'Application (client) id of the app registration that people sign in to',
  },
  SIGN_IN_CLIENT_SECRET: {
    group: 'Sign-in',
    schema: text,
    about: 'Client secret of that app registration',
    isSecret: true,
  },
  SIGN_IN_ISSUER: {
    group: 'Sign-in',
    schema: issuer,
    about: 'Issuer of the sign-ins, for tests. Default: that of AZURE_TENANT_ID in AZURE_CLOUD',
  },
  SANDBOX: {
    group: 'Sandbox',
    schema: z.enum(['0', '1'], { error: 'must be 1 or 0' }),
    about: '1: run the sandbox, with its own simulated Azure and database. It also runs if nothing is configured',
  },
  SANDBOX_CLIENTS: {
    group: 'Sandbox',
    schema: onOff,
    default: 'on',
    about: 'off: do not start the two local Teams clients',
  },
  ...operatorSettings,
  ...limitSettings,
  LOG_LEVEL: {
    group: 'Log',
    schema: z.enum(['debug', 'info', 'warn', 'error'], { error: 'must be debug, info, warn or error' }),
    default: 'info',
    about: 'Log level. The log is JSON lines on stdout, formatted on a terminal',
  },
} as const satisfies Readonly<Record<string, Setting>>;

/** The name of an environment variable. */
export type SettingName = keyof typeof settings;

/** The content of .env.example. */
export function envExample(): string {
  const lines = [
    '# Settings of Identity Desk, read from the environment or from a file named .env in this folder.',
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

/** The README's table of settings, as Markdown. */
export function settingsTable(): string {
  const rows = (Object.entries(settings) as [string, Setting][]).map(
    ([name, { about, default: standard }]) =>
      `| \`${name}\` | ${standard === undefined ? '' : `\`${standard}\``} | ${about} |`,
  );
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}
