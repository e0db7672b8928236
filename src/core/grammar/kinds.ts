// The value types of parameters: the format that errors and help show, and its check. Only the
// format is checked here; the command checks whether a thing exists in Azure.

import { isGuid, parseScope } from '../model/scope.ts';
import type { Clock, TextTools } from '../ports.ts';
import { armIdIn } from './arm-id-in-text.ts';
import { maxCharacters, maxTags } from './input-limits.ts';
import { parsePast } from './parse-past.ts';
import { parseTags } from './parse-tags.ts';
import { formatUntil, parseUntil } from './parse-until.ts';

/** The ports that parsing needs. */
export interface ParserPorts {
  readonly textTools: TextTools;
  readonly clock: Clock;
}

/** The value types of parameters. */
export type Kind =
  | 'new-name'
  | 'identity'
  | 'group'
  | 'subscription'
  | 'location'
  | 'tags'
  | 'tag-filter'
  | 'role'
  | 'scope'
  | 'resource'
  | 'duration'
  | 'instant'
  | 'past'
  | 'text'
  | 'switch'
  | 'claim'
  | 'request'
  | 'grant'
  | 'page'
  | 'word'
  | 'line';

/** A parsed value. */
export type Value = string | number | boolean | Readonly<Record<string, string | null>>;

/** What a kind's value is once it is parsed. */
export type ValueOf<K extends Kind> = K extends 'tags'
  ? Readonly<Record<string, string>>
  : K extends 'tag-filter'
    ? Readonly<Record<string, string | null>>
    : K extends 'duration' | 'page'
      ? number
      : K extends 'switch'
        ? true
        : string;

/** How the words of a parameter are parsed. */
export interface KindRule {
  /** How many words a flag of this kind takes: none, one, all up to the next flag; 'line': all that was typed, flags and quotes too. */
  readonly takes: 'none' | 'one' | 'many' | 'line';
  /** The accepted format, as shown to people; follows “Enter ”. */
  readonly rule: string;
  /** The parsed value; undefined for an invalid one. Durations are milliseconds, instants ISO 8601 in UTC. */
  parse(words: readonly string[], ports: ParserPorts): Value | undefined;
  /** A more specific error for an invalid value, where there is one. */
  explain?(words: readonly string[], ports: ParserPorts): string | undefined;
}

const one = (words: readonly string[], allowed: (word: string) => boolean): string | undefined => {
  const word = words.join(' ').trim();
  return word !== '' && allowed(word) ? word : undefined;
};

const hasControl = (text: string) => /\p{Cc}/u.test(text.replaceAll('\n', ''));

/** Source: Azure's resource name rules for Microsoft.ManagedIdentity/userAssignedIdentities. */
const identityName = /^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/;
/** Source: Azure's resource name rules for resource groups. */
const groupName = /^[\p{L}\p{N}_()-](?:[\p{L}\p{N}._()-]{0,88}[\p{L}\p{N}_()-])?$/u;

/** The ARM id in the pasted text, or the text itself. */
const idOrWord = (words: readonly string[]): readonly string[] => {
  const word = words.join(' ').trim();
  return [armIdIn(word) ?? word];
};

const isIdentityId = (text: string) =>
  parseScope(text)?.kind === 'resource' && /\/userassignedidentities\/[^/]+$/i.test(text);

/** A name that Azure gives a group, a subscription or a resource, or a group's name behind its subscription's: `Production/rg-a`. */
const isScopeName = (word: string) =>
  word.length <= 350 && !hasControl(word) && !word.includes('://') && /^[^/]+(?:\/[^/]+)?$/.test(word);

/** A resource's name behind its group's, and that behind its subscription's. */
const isResourceName = (word: string) =>
  word.length <= 400 && !hasControl(word) && !word.includes('://') && /^[^/]+(?:\/[^/]+){0,2}$/.test(word);

/** 365 days: the longest temporary grant. */
const longestGrantMs = 365 * 24 * 3600_000;

function isGroupId(word: string): boolean {
  const scope = parseScope(word);
  return scope?.kind === 'resource-group' && groupName.test(scope.name);
}

function tooManyTags(words: readonly string[]): string | undefined {
  return words.length > maxTags ? `There are ${words.length} tags; Azure allows ${maxTags}.` : undefined;
}

/** The rule of each value type. */
export const kinds: Readonly<Record<Kind, KindRule>> = {
  'new-name': {
    takes: 'one',
    rule: '3 to 128 letters, digits, hyphens or underscores, starting with a letter or digit',
    parse: (words) => one(words, (word) => identityName.test(word)),
  },
  identity: {
    takes: 'one',
    rule: 'an identity’s name, its full resource id or portal URL, or its client or principal id',
    parse: (words) => one(idOrWord(words), (word) => identityName.test(word) || isIdentityId(word) || isGuid(word)),
  },
  group: {
    takes: 'one',
    rule: 'a resource group’s name: up to 90 letters, digits, hyphens, underscores, periods or parentheses, not ending with a period',
    // Suggestions use the id for a group that shares its name with others.
    parse: (words) => one(idOrWord(words), (word) => groupName.test(word) || isGroupId(word)),
  },
  subscription: {
    takes: 'many',
    rule: 'the name or id of a subscription',
    parse: (words) => one(idOrWord(words), (word) => word.length <= 64 && !hasControl(word)),
  },
  location: {
    takes: 'many',
    rule: 'an Azure region, such as westeurope or "West Europe"',
    parse: (words) => one(words, (word) => /^[A-Za-z0-9 ()]{2,60}$/.test(word)),
  },
  tags: {
    takes: 'many',
    rule: `key=value pairs, separated by spaces or commas: at most ${maxTags}, keys up to 512 characters without < > % & \\ ? /, each key once, values up to 256`,
    // A name alone is a tag with an empty value, as in az.
    parse: (words) => {
      const tags = parseTags(words);
      return tags && Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, value ?? '']));
    },
    explain: tooManyTags,
  },
  'tag-filter': {
    takes: 'many',
    rule: 'tags as key=value, or a key alone for any value, separated by spaces or commas',
    parse: parseTags,
    explain: tooManyTags,
  },
  role: {
    takes: 'many',
    rule: 'a role’s name, such as Reader or "Key Vault Secrets User", or its id',
    parse: (words) => one(words, (word) => word.length <= 512 && !hasControl(word)),
  },
  scope: {
    takes: 'many',
    rule: 'the name of a resource group, a subscription or a resource, a full Azure id such as /subscriptions/…/resourceGroups/rg-payments, or its portal URL',
    parse: (words) =>
      one(idOrWord(words), (word) => (word.startsWith('/') ? parseScope(word) !== undefined : isScopeName(word))),
  },
  resource: {
    takes: 'one',
    rule: 'the name of a resource, group/name, its full Azure id or its portal URL',
    parse: (words) =>
      one(idOrWord(words), (word) => (word.startsWith('/') ? parseScope(word) !== undefined : isResourceName(word))),
  },
  duration: {
    takes: 'many',
    rule: 'a duration such as 30m, 8h, 7d, 1d12h, PT8H or P7D, from 1 second to 365 days',
    parse: (words, { textTools }) => {
      const durationMs = textTools.parseDuration(words.join(' '));
      return durationMs !== undefined && durationMs >= 1_000 && durationMs <= longestGrantMs ? durationMs : undefined;
    },
  },
  instant: {
    takes: 'many',
    rule: 'a time such as 18:00, 2026-12-01 or 2026-12-01T18:00, in UTC unless it ends with an offset such as +02:00, at most 365 days ahead',
    parse: (words, { clock }) => {
      const at = parseUntil(words.join(' '), clock.now());
      const aheadMs = at === undefined ? 0 : at.getTime() - clock.now().getTime();
      return aheadMs >= 1_000 && aheadMs <= longestGrantMs ? at?.toISOString() : undefined;
    },
    explain: (words, { clock }) => {
      const at = parseUntil(words.join(' '), clock.now());
      if (at === undefined) return undefined;
      const side = at.getTime() <= clock.now().getTime() ? 'is in the past' : 'is more than 365 days ahead';
      return `${formatUntil(at.toISOString())} ${side}.`;
    },
  },
  past: {
    takes: 'many',
    rule: 'how long ago, such as 8h or 7d, or a time that is past, such as 09:00, 2026-11-01 or 2026-11-01T09:00, in UTC unless it ends with an offset',
    parse: (words, ports) => parsePast(words.join(' '), ports)?.toISOString(),
  },
  text: {
    takes: 'many',
    rule: 'up to 1,000 characters',
    parse: (words) => one(words, (word) => word.length <= 1000),
  },
  claim: {
    takes: 'many',
    rule: 'up to 600 characters on one line',
    parse: (words) => one(words, (word) => word.length <= 600 && !/\p{Cc}/u.test(word)),
  },
  switch: { takes: 'none', rule: 'no value', parse: () => true },
  request: {
    takes: 'one',
    rule: 'a request’s id, such as R-7K3F9Q',
    parse: (words) => {
      const word = words.join('').toUpperCase();
      return /^R-?[0-9A-HJKMNP-TV-Z]{6}$/.test(word) ? `R-${word.slice(-6)}` : undefined;
    },
  },
  grant: {
    takes: 'one',
    rule: 'a request’s id, such as R-7K3F9Q, or one of its grants, such as R-7K3F9Q.2',
    parse: (words) => {
      const [, id, number] = /^R-?([0-9A-HJKMNP-TV-Z]{6})(\.[1-9]\d?)?$/.exec(words.join('').toUpperCase()) ?? [];
      return id === undefined ? undefined : `R-${id}${number ?? ''}`;
    },
  },
  page: {
    takes: 'one',
    rule: 'a page’s number, from 1',
    parse: (words) => (/^[1-9]\d{0,5}$/.test(words.join('')) ? Number(words.join('')) : undefined),
  },
  word: {
    takes: 'one',
    rule: 'a word',
    parse: (words) => one(words, (word) => word.length <= 200 && !hasControl(word)),
  },
  line: {
    takes: 'line',
    rule: 'a whole command, such as grant uami-orders --role Reader --scope rg-payments',
    parse: (words) => one(words, (word) => word.length <= maxCharacters),
  },
};
