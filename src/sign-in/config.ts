// The settings of signing in: all of them, or none.

import type { SettingName } from '../settings.ts';

/** How people sign in. */
export interface SignInConfig {
  /** Where browsers reach the bot; without a slash at its end. */
  readonly publicUrl: string;
  readonly tenantId: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

// https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
const loginHosts = {
  public: 'https://login.microsoftonline.com',
  usgov: 'https://login.microsoftonline.us',
  china: 'https://login.partner.microsoftonline.cn',
} as const;

/** What is set for signing in. */
export const signInSettings: readonly SettingName[] = [
  'PUBLIC_URL',
  'SIGN_IN_CLIENT_ID',
  'SIGN_IN_CLIENT_SECRET',
  'SIGN_IN_ISSUER',
];

/** Reads the settings, and adds to `problems` what is missing or wrong; undefined where nothing is set. */
export function readSignIn(
  isSet: (name: SettingName) => boolean,
  get: <T>(name: SettingName) => T | undefined,
  problems: string[],
): SignInConfig | undefined {
  if (!signInSettings.some(isSet)) return undefined;
  const need = (name: SettingName, why: string) => {
    if (!isSet(name)) problems.push(`${name} is missing: ${why}`);
  };
  need('PUBLIC_URL', 'where the browsers of people reach the sign-in page');
  need('SIGN_IN_CLIENT_ID', 'the application that people sign in to');
  need('SIGN_IN_CLIENT_SECRET', 'the client secret of the application that people sign in to');
  const tenantId = get<string>('AZURE_TENANT_ID') ?? get<string>('MicrosoftAppTenantId');
  if (tenantId === undefined && !isSet('AZURE_TENANT_ID') && !isSet('MicrosoftAppTenantId')) {
    problems.push('AZURE_TENANT_ID is missing: the tenant whose people sign in');
  }
  const cloud = get<keyof typeof loginHosts>('AZURE_CLOUD') ?? 'public';
  return {
    publicUrl: get<string>('PUBLIC_URL') ?? '',
    tenantId: tenantId ?? '',
    issuer: get<string>('SIGN_IN_ISSUER') ?? `${loginHosts[cloud]}/${tenantId ?? ''}/v2.0`,
    clientId: get<string>('SIGN_IN_CLIENT_ID') ?? '',
    clientSecret: get<string>('SIGN_IN_CLIENT_SECRET') ?? '',
  };
}
