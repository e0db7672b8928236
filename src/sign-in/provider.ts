// Entra’s sign-in: OpenID Connect, authorization code with PKCE, by openid-client. It answers who signed in, or throws: the tenant
// must be the configured one, the person a member of it, and the time at which they proved who they are must be told.

import * as oidc from 'openid-client';
import { z } from 'zod';
import { Fault } from '../core/errors.ts';
import { fold, sameName } from '../core/model/fold.ts';
import type { SignedIn } from '../core/model/sign-in.ts';
import type { Log } from '../core/ports.ts';
import type { IdentityProvider } from '../core/sign-in-ports.ts';

const callSeconds = 10;

/** Where people sign in, and as which application. */
export interface ProviderSettings {
  /** https://login.microsoftonline.com/<tenant>/v2.0 */
  readonly issuer: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
}

// Claims of a v2.0 ID token: https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
const claimsSchema = z.looseObject({
  iss: z.string(),
  tid: z.guid(),
  oid: z.guid(),
  auth_time: z.number().int().positive(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  idp: z.string().optional(),
  /** 1: a guest. An optional claim. */
  acct: z.union([z.number(), z.string()]).optional(),
  amr: z.array(z.string()).optional(),
  uti: z.string().optional(),
  jti: z.string().optional(),
  sid: z.string().optional(),
});

const refused = (message: string, next: string, cause?: unknown) => new Fault('not-allowed', message, { next, cause });

/** Whether the person belongs to another tenant. `idp` names it where it is not the issuer. */
function isGuest({ iss, tid, idp, acct, preferred_username: name = '' }: z.infer<typeof claimsSchema>): boolean {
  const isElsewhere = idp !== undefined && idp !== iss && !sameName(idp, `https://sts.windows.net/${tid}/`);
  return isElsewhere || String(acct ?? 0) !== '0' || /#ext#/i.test(name);
}

/** Who signed in, by the claims of a verified ID token. Throws Fault 'not-allowed'. */
function readClaims(claims: unknown, tenantId: string, sha256: (text: string) => string): SignedIn {
  const parsed = claimsSchema.safeParse(claims);
  if (!parsed.success) {
    const missing = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw refused(
      `The sign-in did not say all that is needed (${missing}).`,
      'Nothing was changed. Your administrator must add these claims to the ID token of the app registration: see docs/sign-in.md.',
    );
  }
  const { tid, oid, auth_time: authTime, name, preferred_username: address, amr = [], uti, jti, sid } = parsed.data;
  if (!sameName(tid, tenantId)) {
    throw refused(
      'You signed in to another organization.',
      'Nothing was changed. Ask for a new link in the chat, and sign in with your account of this organization.',
    );
  }
  if (isGuest(parsed.data)) {
    throw refused('Guest accounts cannot use Identity Desk.', 'Nothing was changed. Sign in with a member’s account.');
  }
  return {
    entraId: fold(oid),
    tenantId: fold(tid),
    name: name ?? address ?? oid,
    ...(address === undefined ? {} : { address }),
    authTime: new Date(authTime * 1000).toISOString(),
    sessionHash: sha256(jti ?? uti ?? sid ?? `${oid}:${authTime}`),
    amr,
  };
}

/** An error's code and message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${'code' in error ? `${String(error.code)}: ` : ''}${error.message}`;
}

/** What a failed redemption means for the person. The library's words are for the log: they may quote what came in. */
function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof oidc.AuthorizationResponseError) {
    return new Fault('bad-input', 'You were not signed in: the sign-in was cancelled or refused.', {
      next: 'Nothing was changed. Open the link from the chat again to try once more.',
      cause: error,
    });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isSaid = error instanceof oidc.ResponseBodyError || error instanceof oidc.WWWAuthenticateChallengeError;
  const isNetwork = (!isSaid && error instanceof TypeError && code === '') || code === 'OAUTH_TIMEOUT';
  if (isNetwork) {
    return new Fault('unavailable', 'Microsoft Entra could not be reached.', {
      next: 'Nothing was changed. Try again in a minute.',
      cause: error,
    });
  }
  return refused(
    'The sign-in could not be verified.',
    'Nothing was changed. Ask for a new link in the chat. If the problem continues, contact your Identity Desk administrator.',
    error,
  );
}

/** Entra’s sign-in for one tenant. Nothing is called before it is needed. */
export function createIdentityProvider(
  settings: ProviderSettings,
  { sha256, log }: { readonly sha256: (text: string) => string; readonly log: Log },
): IdentityProvider {
  const { issuer, tenantId, clientId, clientSecret, redirectUri } = settings;
  let discovered: Promise<oidc.Configuration> | undefined;

  function configuration(): Promise<oidc.Configuration> {
    discovered ??= oidc
      .discovery(new URL(issuer), clientId, undefined, oidc.ClientSecretPost(clientSecret), {
        timeout: callSeconds,
        execute: [
          // The token comes over TLS; its signature is checked all the same.
          oidc.enableNonRepudiationChecks,
          ...(issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []),
        ],
      })
      .catch((error: unknown) => {
        discovered = undefined;
        log.warn({ issuer, reason: reasonOf(error) }, 'the sign-in service could not be read');
        throw new Fault('unavailable', 'Microsoft Entra could not be reached.', {
          next: 'Nothing was changed. Try again in a minute.',
          cause: error,
        });
      });
    return discovered;
  }

  return {
    async authorizeUrl({ state, nonce, codeVerifier }) {
      const url = oidc.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        // Whoever sits at this browser proves again who they are.
        prompt: 'login',
        max_age: '0',
      });
      return url.href;
    },

    async redeem(callback, { state, nonce, codeVerifier }) {
      try {
        const tokens = await oidc.authorizationCodeGrant(await configuration(), callback, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        });
        return readClaims(tokens.claims(), tenantId, sha256);
      } catch (error) {
        const fault = faultOf(error);
        // Not the error itself: what the library keeps in it are the claims of the token.
        log.warn({ code: fault.code, reason: reasonOf(error) }, 'a sign-in was not accepted');
        throw fault;
      }
    },
  };
}
