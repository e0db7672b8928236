// Signing in as a whole, for main.ts: the core's parts with Entra behind them, and the routes of the pages.

import { createSignInParts, type SignInDependencies, type SignInParts } from '../core/sign-in/sign-in-parts.ts';
import type { Route } from '../http.ts';
import type { SignInConfig } from './config.ts';
import { paths } from './paths.ts';
import { createIdentityProvider } from './provider.ts';
import { signInRoutes } from './routes.ts';

/** Signing in by these settings. */
export function createSignIn(
  config: SignInConfig,
  deps: Omit<SignInDependencies, 'publicUrl'>,
): { readonly parts: SignInParts; readonly routes: readonly Route[] } {
  const { publicUrl, issuer } = config;
  const { ids, log } = deps;
  const parts = createSignInParts({ ...deps, publicUrl });
  const redirectUri = `${publicUrl}${paths.callback}`;
  const provider = createIdentityProvider({ ...config, redirectUri }, { sha256: ids.sha256, log });
  const providerOrigin = new URL(issuer).origin;
  return { parts, routes: signInRoutes({ parts, provider, publicUrl, providerOrigin, ids, log }) };
}
