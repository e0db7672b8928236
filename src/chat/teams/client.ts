// The only use of botbuilder: verifies incoming activities (CloudAdapter) and calls the Bot Connector. Messages are sent with the
// connector client directly: CloudAdapter's continueConversationAsync hides failed sends behind onTurnError, and a turn's context
// ends with its HTTP request, while an answer may take longer.

import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  ConfigurationServiceClientCredentialFactory,
} from 'botbuilder';
import { AuthenticationError, type ConnectorClient } from 'botframework-connector';
import { LRUCache } from 'lru-cache';

/** The supported values of MicrosoftAppType. */
export const APP_TYPES = ['SingleTenant', 'UserAssignedMSI', 'MultiTenant'] as const;
type AppType = (typeof APP_TYPES)[number];

/** The bot's app registration. */
export interface Credentials {
  readonly appId?: string;
  readonly appType?: AppType;
  readonly tenantId?: string;
  readonly appPassword?: string;
  readonly certificateThumbprint?: string;
  /** PEM. */
  readonly certificatePrivateKey?: string;
  /** For sovereign clouds: botbuilder's `ChannelService`, e.g. https://botframework.azure.us. */
  readonly channelService?: string;
}

/** The settings under botbuilder's names. It treats an unknown app type as multi-tenant, so types are validated before. */
function configuration(credentials: Credentials): Record<string, string> {
  const named: Record<string, string | undefined> = {
    MicrosoftAppId: credentials.appId,
    MicrosoftAppType: credentials.appType === 'UserAssignedMSI' ? 'UserAssignedMsi' : credentials.appType,
    MicrosoftAppTenantId: credentials.tenantId,
    MicrosoftAppPassword: credentials.appPassword,
    CertificateThumbprint: credentials.certificateThumbprint,
    CertificatePrivateKey: credentials.certificatePrivateKey,
    ChannelService: credentials.channelService,
  };
  return Object.fromEntries(
    Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

/** Verifies activities, and provides connector clients. */
export class TeamsClient extends CloudAdapter {
  readonly #appId: string;
  readonly #clients = new LRUCache<string, Promise<ConnectorClient>>({ max: 50, ttl: 3_600_000 });

  /** Throws where the credentials are inconsistent (a password with a managed identity, a missing tenant …). */
  constructor(credentials: Credentials) {
    const config = configuration(credentials);
    super(new ConfigurationBotFrameworkAuthentication(config, new ConfigurationServiceClientCredentialFactory(config)));
    this.#appId = credentials.appId ?? '';
  }

  /**
   * Whether the activity is signed for this bot. Throws where that cannot be determined (the signing keys could not be read).
   * Without an app id botbuilder accepts everything: the caller must allow loopback only.
   * Authenticated as processActivity does it, without the turn and the two clients that it then makes for each activity.
   */
  async isAuthentic(authorization: string, activity: Partial<Activity>): Promise<boolean> {
    try {
      await this.botFrameworkAuthentication.authenticateRequest(activity as Activity, authorization);
      return true;
    } catch (error) {
      if (error instanceof AuthenticationError) return false;
      throw error;
    }
  }

  /** The client for a service URL. The caller must have checked it: the bot's token is sent there. */
  async client(serviceUrl: string): Promise<ConnectorClient> {
    const known = this.#clients.get(serviceUrl);
    if (known) return known;
    const identity = this.createClaimsIdentity(this.#appId);
    const factory = this.botFrameworkAuthentication.createConnectorFactory(identity);
    const made = factory.create(serviceUrl, undefined as never).then(withoutRetries);
    this.#clients.set(serviceUrl, made);
    made.catch(() => this.#clients.delete(serviceUrl));
    return made;
  }
}

/**
 * Removes the client's retry policy: it posts a message again after an HTTP 500 that may have delivered it, and waits for twenty
 * seconds or a whole Retry-After. botbuilder has no setting for it (its `noRetryPolicy` is not read).
 */
function withoutRetries(client: ConnectorClient): ConnectorClient {
  const { pipeline } = (client as unknown as { client: { pipeline: { removePolicy(of: { name: string }): unknown } } })
    .client;
  pipeline.removePolicy({ name: 'defaultRetryPolicy' });
  return client;
}

/**
 * Teams service hosts (learn.microsoft.com, "Send proactive messages"): public cloud, GCC, GCC High and DoD. `*` matches one or
 * more labels; it is used only below a domain that belongs to Teams as a whole.
 */
export const SERVICE_HOSTS: readonly string[] = [
  'smba.trafficmanager.net',
  'smba.*.teams.microsoft.com',
  'smba.infra.gov.teams.microsoft.us',
  'smba.infra.dod.teams.microsoft.us',
];

/** Whether the bot may send its token to this service URL: listed hosts over https; in the sandbox loopback only. */
export function isServiceUrl(
  url: unknown,
  { sandbox, hosts }: { sandbox: boolean; hosts: readonly string[] },
): url is string {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { protocol, hostname, port, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  if (sandbox) return ['http:', 'https:'].includes(protocol) && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  if (protocol !== 'https:' || port !== '') return false;
  return hosts.some((pattern) => {
    const expression = pattern
      .toLowerCase()
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('[a-z0-9-]+(?:\\.[a-z0-9-]+)*');
    return new RegExp(`^${expression}$`).test(hostname);
  });
}
