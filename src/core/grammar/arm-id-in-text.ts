// Finds the ARM id in pasted text: an id without a leading slash, a portal URL, or a URL of the management API.

import { fold } from '../model/fold.ts';
import { isGuid } from '../model/scope.ts';

/** The Azure portals of all clouds, including previews. */
const portal = /^(?:[\w-]+\.)*portal\.azure\.(?:com|us|cn)$/i;
/** Where ARM ids are paths: the management endpoint of each cloud, and the resource explorer. */
const management =
  /^(?:management\.(?:azure\.com|usgovcloudapi\.net|chinacloudapi\.cn|core\.windows\.net)|resources\.azure\.com)$/i;
const idStart = /\/(?:subscriptions\/[0-9a-f-]{36}(?![^/])|providers\/microsoft\.management\/managementgroups\/[^/])/i;

/**
 * The ARM id that a word is or contains; undefined where there is none, such as in a name. Whether the id is valid is for
 * `parseScope` to say.
 */
export function armIdIn(word: string): string | undefined {
  if (word.startsWith('/')) return word;
  if (/^(?:subscriptions|providers)\/./i.test(word)) return `/${word}`;
  if (!/^https?:\/\//i.test(word)) return undefined;
  const url = URL.parse(word);
  if (!url) return undefined;
  if (management.test(url.hostname)) return decoded(url.pathname);
  return portal.test(url.hostname) ? idInPortal(decoded(`${url.pathname}${url.hash}`) ?? '') : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The portal appends the blade that is open, such as `/overview`: one segment too many for an id. */
function idInPortal(address: string): string | undefined {
  const start = idStart.exec(address)?.index;
  if (start === undefined) return undefined;
  const segments = (/^[^?#&\s"']*/.exec(address.slice(start))?.[0] ?? '').split('/').filter(Boolean);
  return `/${segments.slice(0, lengthOfId(segments.map((segment) => fold(segment)))).join('/')}`;
}

/** How many of the segments are an id: a provider and pairs of a type and a name below a group or a subscription. */
function lengthOfId(segments: readonly string[]): number {
  if (segments[0] === 'providers') return 4;
  if (!isGuid(segments[1] ?? '')) return segments.length;
  const home = segments[2] === 'resourcegroups' && segments.length >= 4 ? 4 : 2;
  const pairs = segments[home] === 'providers' ? Math.floor((segments.length - home - 2) / 2) : 0;
  return pairs > 0 ? home + 2 + pairs * 2 : home;
}
