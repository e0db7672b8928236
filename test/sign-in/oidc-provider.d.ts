// The little of oidc-provider that the Entra stand-in uses: the package has no types of its own.

declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  interface Context {
    readonly oidc: {
      readonly client?: { readonly clientId: string };
      readonly session?: { readonly accountId?: string };
      readonly provider: { readonly Grant: new (about: { clientId: string; accountId: string }) => Grant };
    };
  }

  interface Configuration {
    readonly clients: readonly Readonly<Record<string, unknown>>[];
    readonly conformIdTokenClaims: boolean;
    /** In seconds. */
    readonly ttl: Readonly<Record<string, number>>;
    readonly claims: Readonly<Record<string, readonly string[]>>;
    readonly features: Readonly<Record<string, { readonly enabled: boolean }>>;
    readonly interactions: { url(context: Context, interaction: { readonly uid: string }): string };
    readonly cookies: { readonly keys: readonly string[] };
    findAccount(context: Context, id: string): { accountId: string; claims(): Readonly<Record<string, unknown>> };
    loadExistingGrant(context: Context): Promise<Grant>;
  }

  export default class Provider {
    constructor(issuer: string, configuration: Configuration);
    callback(): RequestListener;
    interactionFinished(
      request: Parameters<RequestListener>[0],
      response: Parameters<RequestListener>[1],
      result: unknown,
    ): Promise<void>;
  }
}
