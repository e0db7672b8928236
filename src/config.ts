// The one table of settings: every environment variable that the bot reads, its rule, its default, its words. Config, the
// errors about it, .env.example and the table in the README all come from here.

import { z } from 'zod';

interface Setting {
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
const onOff = z.enum(['on', 'off'], { error: 'must be on or off' });

const settings = {
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
    schema: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }),
    about: 'PostgreSQL 14 or newer. None: an embedded PostgreSQL in DATA_DIR',
    isSecret: true,
    example: 'postgres://bot:password@db.example.com/identitydesk?sslmode=verify-full',
  },
  DATA_DIR: { group: 'Policy and data', schema: text, default: './data', about: 'The embedded database’s folder' },
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
  SLACK_SIGNING_SECRET: { group: 'Slack', schema: text, about: 'The Slack app’s signing secret', isSecret: true },
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
    about: '1: the sandbox, whatever else is set. It is also what runs when nothing at all is set',
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

type SettingName = keyof typeof settings;

/** What is wrong with the environment, a line each. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export interface Config {
  readonly isSandbox: boolean;
  /** Undefined: all interfaces. */
  readonly host?: string;
  readonly port: number;
  readonly databaseUrl?: string;
  readonly dataDir: string;
  readonly policyFile: string;
  readonly teams?: {
    readonly appId: string;
    readonly tenantId: string;
    readonly appType: 'SingleTenant' | 'UserAssignedMSI';
    readonly appPassword?: string;
    readonly certificateThumbprint?: string;
    readonly certificatePrivateKey?: string;
  };
  readonly azure: {
    readonly cloud: 'public' | 'usgov' | 'china';
    /** Which of the host's user-assigned identities the bot is, or its application. */
    readonly clientId?: string;
    readonly resourceManagerEndpoint?: string;
    readonly graphEndpoint?: string;
  };
  readonly hasSandboxClients: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that say “something is configured”, also where they are none of ours: half a configuration is never a sandbox. */
const looksLikeOurs =
  /^(SLACK_|MicrosoftApp|IDENTITY_ENDPOINT$|AZURE_(TENANT|CLIENT|FEDERATED|AUTHORITY|USERNAME|PASSWORD|RESOURCE_MANAGER|TOKEN_CREDENTIALS))/i;

/** Reads the environment. Throws ConfigError that lists every missing or wrong variable at once. */
export function readConfig(environment: Environment): Config {
  const problems: string[] = [];
  const names = Object.keys(settings) as SettingName[];
  const raw = (name: string) => (environment[name]?.trim() ? environment[name]?.trim() : undefined);
  const values = new Map<SettingName, unknown>();
  for (const name of names) {
    const setting: Setting = settings[name];
    const given = raw(name) ?? setting.default;
    if (given === undefined) continue;
    const result = setting.schema.safeParse(given);
    if (result.success) values.set(name, result.data);
    else
      problems.push(
        `${name} ${result.error.issues[0]?.message ?? 'is wrong'}${setting.isSecret ? '' : ` (it is “${given.slice(0, 80)}”)`}`,
      );
  }
  const get = <T>(name: SettingName) => values.get(name) as T | undefined;
  const isSet = (name: SettingName) => raw(name) !== undefined;
  const inGroup = (group: Setting['group']) => names.filter((name) => settings[name].group === group && isSet(name));
  const isAnythingSet =
    ['Slack', 'Teams', 'Azure'].some((group) => inGroup(group as Setting['group']).length > 0) ||
    Object.keys(environment).some((name) => looksLikeOurs.test(name) && raw(name) !== undefined);
  const isSandbox = raw('SANDBOX') === '1' || (!isAnythingSet && raw('SANDBOX') !== '0');
  const teams = isSandbox ? undefined : readTeams(isSet, get, problems);
  if (!isSandbox) checkRest(isSet, inGroup, problems);
  if (problems.length > 0) throw new ConfigError(problems);

  const resourceManagerEndpoint = get<string>('AZURE_RESOURCE_MANAGER_ENDPOINT');
  const graphEndpoint = get<string>('MICROSOFT_GRAPH_ENDPOINT');
  const clientId = get<string>('AZURE_CLIENT_ID');
  // The sandbox lets anybody speak as anybody: it is never reachable from outside.
  const host = isSandbox ? '127.0.0.1' : get<string>('HOST');
  const databaseUrl = get<string>('DATABASE_URL');
  return Object.freeze({
    isSandbox,
    ...(host === undefined ? {} : { host }),
    port: get<number>('PORT') ?? 3978,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    dataDir: get<string>('DATA_DIR') ?? './data',
    policyFile:
      isSandbox && !isSet('POLICY_FILE') ? 'sandbox/policy.yaml' : (get<string>('POLICY_FILE') ?? './policy.yaml'),
    ...(teams ? { teams } : {}),
    azure: {
      cloud: get<'public' | 'usgov' | 'china'>('AZURE_CLOUD') ?? 'public',
      ...(clientId === undefined ? {} : { clientId }),
      ...(resourceManagerEndpoint === undefined ? {} : { resourceManagerEndpoint }),
      ...(graphEndpoint === undefined ? {} : { graphEndpoint }),
    },
    hasSandboxClients: get<string>('SANDBOX_CLIENTS') !== 'off',
    logLevel: get<Config['logLevel']>('LOG_LEVEL') ?? 'info',
  });
}

function readTeams(
  isSet: (name: SettingName) => boolean,
  get: <T>(name: SettingName) => T | undefined,
  problems: string[],
): Config['teams'] {
  const names: SettingName[] = [
    'MicrosoftAppId',
    'MicrosoftAppType',
    'MicrosoftAppTenantId',
    'MicrosoftAppPassword',
    'CertificateThumbprint',
    'CertificatePrivateKey',
  ];
  if (!names.some(isSet)) return undefined;
  const appType = get<'SingleTenant' | 'UserAssignedMSI'>('MicrosoftAppType') ?? 'SingleTenant';
  const need = (name: SettingName, why: string) => {
    if (!isSet(name)) problems.push(`${name} is missing: ${why}`);
  };
  need('MicrosoftAppId', settings.MicrosoftAppId.about);
  need('MicrosoftAppTenantId', settings.MicrosoftAppTenantId.about);
  const hasCertificate = isSet('CertificateThumbprint') || isSet('CertificatePrivateKey');
  if (appType === 'UserAssignedMSI') {
    if (isSet('MicrosoftAppPassword'))
      problems.push('MicrosoftAppPassword must not be set with UserAssignedMSI: a managed identity has no secret');
  } else if (hasCertificate) {
    need('CertificateThumbprint', settings.CertificateThumbprint.about);
    need('CertificatePrivateKey', settings.CertificatePrivateKey.about);
  } else {
    need('MicrosoftAppPassword', `${settings.MicrosoftAppPassword.about}; or give a certificate`);
  }
  const appPassword = get<string>('MicrosoftAppPassword');
  const certificateThumbprint = get<string>('CertificateThumbprint');
  const certificatePrivateKey = get<string>('CertificatePrivateKey');
  return {
    appId: get<string>('MicrosoftAppId') ?? '',
    tenantId: get<string>('MicrosoftAppTenantId') ?? '',
    appType,
    ...(appPassword === undefined ? {} : { appPassword }),
    ...(certificateThumbprint === undefined ? {} : { certificateThumbprint }),
    ...(certificatePrivateKey === undefined ? {} : { certificatePrivateKey }),
  };
}

function checkRest(
  isSet: (name: SettingName) => boolean,
  inGroup: (group: Setting['group']) => SettingName[],
  problems: string[],
): void {
  const need = (name: SettingName, why: string) => {
    if (!isSet(name)) problems.push(`${name} is missing: ${why}`);
  };
  if (inGroup('Slack').length > 0) {
    need('SLACK_BOT_TOKEN', settings.SLACK_BOT_TOKEN.about);
    need('SLACK_SIGNING_SECRET', settings.SLACK_SIGNING_SECRET.about);
    problems.push(`${inGroup('Slack').join(', ')}: this version speaks Teams only; take the Slack settings away`);
  }
  if (inGroup('Teams').length === 0) {
    problems.push('MicrosoftAppId is missing: no chat is configured (for a trial on this machine set SANDBOX=1)');
  }
  if (isSet('AZURE_CLIENT_SECRET') || isSet('AZURE_CLIENT_CERTIFICATE_PATH') || isSet('AZURE_FEDERATED_TOKEN_FILE')) {
    need('AZURE_TENANT_ID', settings.AZURE_TENANT_ID.about);
    need('AZURE_CLIENT_ID', settings.AZURE_CLIENT_ID.about);
  }
}

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
