// Entra's sign-in as a server of its own: oidc-provider with the claims that Entra adds. Whoever comes is signed in at once as the
// person that the test has put before the screen.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export const tenant = '7e4a0000-0000-4000-8000-00000000000a';
export const clientId = '51600000-0000-4000-8000-00000000000c';
export const clientSecret = 'the-secret-of-the-page';

/** Who sits before the screen, and what Entra says of them. */
export interface Human {
  readonly oid: string;
  readonly name: string;
  readonly address: string;
  /** Claims instead of the usual ones; null leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** When they entered their password, in seconds; default: now. */
  readonly signedInAt?: number;
}

export const humans = {
  alex: { oid: 'a1ec0000-0000-4000-8000-000000000001', name: 'Alex Wilber', address: 'alex@contoso.com' },
  megan: { oid: '3e9a0000-0000-4000-8000-000000000002', name: 'Megan Bowen', address: 'megan@contoso.com' },
  adele: { oid: 'ade1e000-0000-4000-8000-000000000003', name: 'Adele Vance', address: 'adele@contoso.com' },
} as const satisfies Readonly<Record<string, Human>>;

export class Entra {
  readonly issuer: string;
  readonly #server: Server;
  /** Undefined: they close the window. */
  human: Human | undefined = humans.megan;
  /** The last address that a browser was sent to. */
  authorize: URL | undefined;

  private constructor(server: Server, redirectUri: () => string) {
    this.#server = server;
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: clientId,
          client_secret: clientSecret,
          token_endpoint_auth_method: 'client_secret_post',
          // oidc-provider reads it when it is asked: the page's address is known only then.
          redirect_uris: [redirectUri()],
        },
      ],
      conformIdTokenClaims: false,
      ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
      claims: {
        openid: ['sub', 'oid', 'tid', 'idp', 'acct', 'uti', 'amr'],
        profile: ['name', 'preferred_username'],
        email: [],
      },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
      findAccount: (_context, id) => {
        const human = JSON.parse(Buffer.from(id, 'base64url').toString()) as Human;
        const usual = {
          tid: tenant,
          uti: `uti-${human.oid}`,
          name: human.name,
          preferred_username: human.address,
        };
        const claims = { sub: `sub-${human.oid}`, oid: human.oid, ...usual, ...human.claims };
        return { accountId: id, claims: () => claims };
      },
      async loadExistingGrant(context) {
        const { client, session } = context.oidc;
        const about = { clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' };
        const grant = new context.oidc.provider.Grant(about);
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
      cookies: { keys: ['test'] },
    });
    const answer = provider.callback();
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', this.issuer);
      if (url.pathname === '/auth') this.authorize = url;
      if (!url.pathname.startsWith('/interaction/')) return void answer(request, response);
      const { human } = this;
      const result = human
        ? {
            login: {
              amr: ['pwd', 'mfa'],
              accountId: Buffer.from(JSON.stringify(human)).toString('base64url'),
              ...(human.signedInAt === undefined ? {} : { ts: human.signedInAt }),
            },
          }
        : { error: 'access_denied', error_description: 'The person <b>closed</b> the window.' };
      void provider.interactionFinished(request, response, result);
    });
  }

  /** `redirectUri`: where the bot's page is reached. */
  static async start(redirectUri: () => string): Promise<Entra> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Entra(server, redirectUri);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
