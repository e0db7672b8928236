// The kinds of values that settings have.

import { z } from 'zod';

export const text = z.string().min(1);
export const guid = z.guid({ error: 'must be a GUID' });
export const https = z.url({ protocol: /^https$/, error: 'must be an https:// address' });
export const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  // Method names are appended to it: it must end with a slash; a bare host gets Slack's own path, /api/.
  .transform((address) => {
    const url = new URL(address);
    return url.pathname === '/' ? `${url.origin}/api/` : `${url.origin}${url.pathname.replace(/\/*$/, '/')}`;
  });
/** Where browsers reach the bot: https, but for a test on this machine. */
export const publicAddress = z
  .url({ protocol: /^https?$/, error: 'must be an https:// address' })
  .refine((address) => isSecureOrLocal(address), 'must be an https:// address')
  .refine(
    (address) => /^\/*$/.test(new URL(address).pathname) && !/[?#@]/.test(address),
    'must be an address without a path',
  )
  .transform((address) => new URL(address).origin);
export const issuer = z
  .url({ protocol: /^https?$/, error: 'must be an https:// address' })
  .refine((address) => isSecureOrLocal(address), 'must be an https:// address')
  .refine(
    (address) => !/\/(common|organizations|consumers)(\/|$)/i.test(new URL(address).pathname),
    'must be the issuer of one tenant, not the multi-tenant endpoint',
  );

function isSecureOrLocal(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname);
}

export const teamIds = z
  .string()
  .transform((ids) => ids.split(/[\s,]+/).filter((id) => id !== ''))
  .pipe(
    z
      .array(z.string().regex(/^[TE][A-Z0-9]+$/, 'must be workspace ids such as T0123ABCD, separated by commas'))
      .min(1, 'must contain a workspace id'),
  );
// Not a valid URL where it names a socket: postgres://user@/name?host=/run/postgresql
export const databaseUrl = z.string().regex(/^postgres(ql)?:\/\/\S+$/, 'must be a postgres:// URL');
export const onOff = z.enum(['on', 'off'], { error: 'must be on or off' });

const most = z.coerce.number({ error: 'must be a whole number' }).int().min(1).max(1_000_000);

/** Where operators are told what needs them. */
export const operatorSettings = {
  OPERATORS: {
    group: 'Policy and data',
    schema: z
      .string()
      .regex(/^[a-z]+:[^\s/]\S*$/, 'must be a channel such as slack:C… or teams:19:…')
      .transform((place) => ({
        chat: place.slice(0, place.indexOf(':')),
        conversation: place.slice(place.indexOf(':') + 1),
      })),
    about:
      'Channel where operators are told what needs them, such as temporary access that could not be ended: `slack:C…` or `teams:19:…`. Default: only the log and /metrics',
    example: 'slack:C0OPERATORS',
  },
} as const;

/** How much one person may ask for. */
export const limitSettings = {
  MAX_OPEN_REQUESTS: {
    group: 'Policy and data',
    schema: most,
    default: '20',
    about: 'The most open requests that one person may have',
  },
  MAX_REQUESTS_PER_HOUR: {
    group: 'Policy and data',
    schema: most,
    default: '30',
    about: 'The most requests that one person may make in an hour',
  },
  MAX_ACTIONS_PER_MINUTE: {
    group: 'Policy and data',
    schema: most,
    default: '60',
    about: 'The most entries in the audit that one person may cause in a minute before their decisions wait',
  },
} as const;
