// botbuilder, and nothing else: who may speak to the bot (CloudAdapter's authentication) and the calls to the Bot Connector.
// Sends go to the connector client itself: CloudAdapter's continueConversationAsync hides failed sends behind onTurnError,
// and a turn's context dies with its HTTP request, while an answer may take longer.

import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  ConfigurationServiceClientCredentialFactory,
} from 'botbuilder';
import { AuthenticationError, type ConnectorClient } from 'botframework-connector';
import { LRUCache } from 'lru-cache';

export const APP_TYPES = ['SingleTenant', 'UserAssignedMSI', 'MultiTenant'] as const;
type AppType = (typeof APP_TYPES)[number];

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

/** The settings by botbuilder's own names. It takes any type that it does not know for multi-tenant, so ours is a closed list. */
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

export class TeamsClient extends CloudAdapter {
  readonly #appId: string;
  readonly #clients = new LRUCache<string, Promise<ConnectorClient>>({ max: 50, ttl: 3_600_000 });

  /** Throws where the credentials do not fit together (a password beside a managed identity, a missing tenant …). */
  constructor(credentials: Credentials) {
    const config = configuration(credentials);
    super(new ConfigurationBotFrameworkAuthentication(config, new ConfigurationServiceClientCredentialFactory(config)));
    this.#appId = credentials.appId ?? '';
  }

  /**
   * 'yes' where the activity is signed for this bot, 'no' where it is not. Throws where that could not be found out (the
   * signing keys could not be read). Without an app id botbuilder takes everything: the caller must allow loopback only.
   */
  async isAuthentic(authorization: string, activity: Partial<Activity>): Promise<boolean> {
    try {
      await this.processActivity(authorization, activity as Activity, async () => {});
      return true;
    } catch (error) {
      if (error instanceof AuthenticationError) return false;
      throw error;
    }
  }

  /** The client for a service URL, which the caller has checked: the bot's token goes there. */
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
 * The client's own retries are taken out: they post a message again after an HTTP 500 that may have delivered it, and hold a
 * sender for twenty seconds or a whole Retry-After. botbuilder offers no setting for it (its `noRetryPolicy` is not read).
 */
function withoutRetries(client: ConnectorClient): ConnectorClient {
  const { pipeline } = (client as unknown as { client: { pipeline: { removePolicy(of: { name: string }): unknown } } })
    .client;
  pipeline.removePolicy({ name: 'defaultRetryPolicy' });
  return client;
}

/**
 * Hosts that Microsoft names for Teams (learn.microsoft.com, "Send proactive messages"): the public cloud's, and those of GCC, GCC
 * High and DoD. `*` stands for labels, below a domain where only Teams itself has names.
 */
export const SERVICE_HOSTS: readonly string[] = [
  'smba.trafficmanager.net',
  'smba.*.teams.microsoft.com',
  'smba.infra.gov.teams.microsoft.us',
  'smba.infra.dod.teams.microsoft.us',
];

/** Whether the bot may send, with its token, to this service URL: listed hosts over https; in the sandbox, this machine only. */
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
