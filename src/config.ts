// Reads the environment into a frozen Config, or reports every mistake at once. The variables are defined in settings.ts.

import { type AuditConfig, readAuditConfig } from './audit/settings.ts';
import { checkChatAndAzure } from './config-checks.ts';
import { ConfigError } from './config-error.ts';
import type { RateLimits } from './core/rate-limits.ts';
import { readLimits } from './limits-config.ts';
import { type Setting, type SettingName, settings } from './settings.ts';
import { readSignIn, type SignInConfig, signInSettings } from './sign-in/config.ts';

/** The validated settings. */
export interface Config {
  readonly isSandbox: boolean;
  /** Undefined: all interfaces. */
  readonly host?: string;
  readonly port: number;
  readonly databaseUrl?: string;
  /** The same database as its owner, for migrations. */
  readonly databaseOwnerUrl?: string;
  readonly dataDir: string;
  readonly policyFile: string;
  readonly audit: AuditConfig;
  /** Where operators are told what needs them. */
  readonly operators?: { readonly chat: string; readonly conversation: string };
  readonly slack?: {
    readonly botToken: string;
    /** For HTTP. */
    readonly signingSecret?: string;
    /** Socket Mode instead of HTTP. */
    readonly appToken?: string;
    /** Default: the bot token's own workspace. */
    readonly teamIds?: readonly string[];
    /** Ends with a slash. */
    readonly apiUrl?: string;
  };
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
    /** Whether the ends of temporary roles are given to Azure's Privileged Identity Management. */
    readonly pim: 'auto' | 'off';
    /** The client id of the host's user-assigned identity, or of the application, that the bot uses. */
    readonly clientId?: string;
    readonly resourceManagerEndpoint?: string;
    readonly graphEndpoint?: string;
  };
  /** Absent: nobody signs in. */
  readonly signIn?: SignInConfig;
  readonly hasSandboxClients: boolean;
  readonly limits: RateLimits;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that count as configuration, including those that @azure/identity reads: a partial configuration is never a sandbox. */
const looksLikeOurs =
  /^(SLACK_|MicrosoftApp|Certificate(Thumbprint|PrivateKey)$|DATABASE_(OWNER_)?URL$|PUBLIC_URL$|SIGN_IN_|MICROSOFT_GRAPH_|(IDENTITY|MSI)_ENDPOINT$|AZURE_(CLOUD|TENANT|CLIENT|FEDERATED|AUTHORITY|USERNAME|PASSWORD|RESOURCE_MANAGER|TOKEN_CREDENTIALS))/i;

/** Refused in the sandbox, which does not authenticate its clients: with these it would reach something real. */
const neverInSandbox: readonly SettingName[] = [
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'AZURE_RESOURCE_MANAGER_ENDPOINT',
  'MICROSOFT_GRAPH_ENDPOINT',
  ...signInSettings,
];

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
        `${name} ${result.error.issues[0]?.message ?? 'is not valid'}${setting.isSecret ? '' : ` (value: “${given.slice(0, 80)}”)`}`,
      );
  }
  const get = <T>(name: SettingName) => values.get(name) as T | undefined;
  // Blank counts too: a secret that was lost on its way here must not start a sandbox.
  const isSet = (name: SettingName) => environment[name] !== undefined;
  const inGroup = (group: Setting['group']) => names.filter((name) => settings[name].group === group && isSet(name));
  const isAnythingSet = Object.keys(environment).some(
    (name) => looksLikeOurs.test(name) && environment[name] !== undefined,
  );
  const isSandbox = raw('SANDBOX') === '1' || (!isAnythingSet && raw('SANDBOX') !== '0');
  // The sandbox does not look at Teams' and Azure's settings at all.
  const always = ['Slack', 'Audit'];
  const looksAt: readonly string[] = isSandbox ? always : [...always, 'Teams', 'Azure', 'Sign-in'];
  for (const name of names) {
    if (!isSet(name)) continue;
    if (isSandbox && neverInSandbox.includes(name)) {
      problems.push(
        `${name} must not be set in the sandbox, which uses its own simulated Azure and its own database and has no sign-in: remove it, or remove SANDBOX=1 to run for real`,
      );
    } else if (raw(name) === undefined && (looksAt.includes(settings[name].group) || name.startsWith('DATABASE_'))) {
      problems.push(`${name} is set but blank: give it a value, or remove it`);
    }
  }
  const teams = isSandbox ? undefined : readTeams(isSet, get, problems);
  // Slack works in the sandbox too: its requests are signed, so the sender is known.
  const slack = readSlack(isSet, get, inGroup('Slack').length > 0, problems);
  const signIn = isSandbox ? undefined : readSignIn(isSet, get, problems);
  if (!isSandbox && isSet('DATABASE_OWNER_URL') && !isSet('DATABASE_URL')) {
    problems.push('DATABASE_URL is missing: DATABASE_OWNER_URL alone is for migrations only');
  }
  if (!isSandbox) checkChatAndAzure(isSet, inGroup, problems);
  if (problems.length > 0) throw new ConfigError(problems);

  // An endpoint or identity of its own would take the sandbox out of its simulated Azure.
  const azure: Config['azure'] = isSandbox
    ? { cloud: 'public', pim: get<'auto' | 'off'>('AZURE_PIM') ?? 'auto' }
    : readAzure(get);
  // The sandbox does not authenticate its local clients: it listens on loopback only.
  const host = isSandbox ? '127.0.0.1' : get<string>('HOST');
  const databaseUrl = get<string>('DATABASE_URL');
  const operators = get<Config['operators']>('OPERATORS');
  const databaseOwnerUrl = get<string>('DATABASE_OWNER_URL');
  return Object.freeze({
    isSandbox,
    ...(host === undefined ? {} : { host }),
    port: get<number>('PORT') ?? 3978,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(databaseOwnerUrl === undefined ? {} : { databaseOwnerUrl }),
    // Never where a real bot keeps its own: who tried the sandbox first runs for real in the same DATA_DIR.
    dataDir: `${get<string>('DATA_DIR') ?? './data'}${isSandbox ? '/sandbox' : ''}`,
    policyFile:
      isSandbox && raw('POLICY_FILE') === undefined
        ? 'sandbox/policy.yaml'
        : (get<string>('POLICY_FILE') ?? './policy.yaml'),
    audit: readAuditConfig(get),
    ...(operators ? { operators } : {}),
    ...(slack ? { slack } : {}),
    ...(teams ? { teams } : {}),
    azure,
    ...(signIn ? { signIn } : {}),
    hasSandboxClients: get<string>('SANDBOX_CLIENTS') !== 'off',
    limits: readLimits((name) => get<number>(name)),
    logLevel: get<Config['logLevel']>('LOG_LEVEL') ?? 'info',
  });
}

function readAzure(get: <T>(name: SettingName) => T | undefined): Config['azure'] {
  const resourceManagerEndpoint = get<string>('AZURE_RESOURCE_MANAGER_ENDPOINT');
  const graphEndpoint = get<string>('MICROSOFT_GRAPH_ENDPOINT');
  const clientId = get<string>('AZURE_CLIENT_ID');
  return {
    cloud: get<'public' | 'usgov' | 'china'>('AZURE_CLOUD') ?? 'public',
    pim: get<'auto' | 'off'>('AZURE_PIM') ?? 'auto',
    ...(clientId === undefined ? {} : { clientId }),
    ...(resourceManagerEndpoint === undefined ? {} : { resourceManagerEndpoint }),
    ...(graphEndpoint === undefined ? {} : { graphEndpoint }),
  };
}

function readSlack(
  isSet: (name: SettingName) => boolean,
  get: <T>(name: SettingName) => T | undefined,
  isAnySet: boolean,
  problems: string[],
): Config['slack'] {
  if (!isAnySet) return undefined;
  const need = (name: SettingName, more = '') => {
    if (!isSet(name)) problems.push(`${name} is missing: ${settings[name].about}${more}`);
  };
  need('SLACK_BOT_TOKEN');
  if (!get('SLACK_APP_TOKEN')) need('SLACK_SIGNING_SECRET', '; or set SLACK_APP_TOKEN for Socket Mode');
  const signingSecret = get<string>('SLACK_SIGNING_SECRET');
  const appToken = get<string>('SLACK_APP_TOKEN');
  const teamIds = get<readonly string[]>('SLACK_TEAM_IDS');
  const apiUrl = get<string>('SLACK_API_URL');
  return {
    botToken: get<string>('SLACK_BOT_TOKEN') ?? '',
    ...(signingSecret === undefined ? {} : { signingSecret }),
    ...(appToken === undefined ? {} : { appToken }),
    ...(teamIds === undefined ? {} : { teamIds }),
    ...(apiUrl === undefined ? {} : { apiUrl }),
  };
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
    need('MicrosoftAppPassword', `${settings.MicrosoftAppPassword.about}; or set a certificate`);
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
