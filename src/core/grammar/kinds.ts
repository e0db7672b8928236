// The kinds of value that a parameter can have: the rule that a person is told, and the check that holds it. Only the
// shape is looked at here; whether a thing exists is the command's question to Azure.

import { isGuid, parseScope } from '../model/scope.ts';
import type { TextTools } from '../ports.ts';

export type Kind =
  | 'new-name'
  | 'identity'
  | 'group'
  | 'subscription'
  | 'location'
  | 'tags'
  | 'role'
  | 'scope'
  | 'duration'
  | 'text'
  | 'switch'
  | 'request'
  | 'page'
  | 'word';

export type Value = string | number | boolean | Readonly<Record<string, string>>;

/** What a kind's value is once it is parsed. */
export type ValueOf<K extends Kind> = K extends 'tags'
  ? Readonly<Record<string, string>>
  : K extends 'duration' | 'page'
    ? number
    : K extends 'switch'
      ? true
      : string;

export interface KindRule {
  /** How many words a flag of this kind takes: none, one, all up to the next flag. */
  readonly takes: 'none' | 'one' | 'many';
  /** What is allowed, as the person is told it. */
  readonly rule: string;
  /** The value in its own form, or undefined where the words break the rule. Durations are milliseconds. */
  parse(words: readonly string[], textTools: TextTools): Value | undefined;
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

const isIdentityId = (text: string) =>
  parseScope(text)?.kind === 'resource' && /\/userassignedidentities\/[^/]+$/i.test(text);

/** A year of 365 days; longer than any grant with an end should be. */
const longestGrantMs = 365 * 24 * 3600_000;

/** Source of the tag limits: Azure's resource name rules, tagNames and tagValues. */
function parseTags(words: readonly string[]): Record<string, string> | undefined {
  const tags: Record<string, string> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    const key = word.slice(0, at).trim();
    const value = word.slice(at + 1);
    const isSound = at > 0 && key.length <= 512 && value.length <= 256 && !/[<>%&\\?/]/.test(key) && !hasControl(word);
    if (!isSound || Object.keys(tags).some((known) => known.toLowerCase() === key.toLowerCase())) return undefined;
    Object.defineProperty(tags, key, { value, enumerable: true });
  }
  const count = Object.keys(tags).length;
  return count > 0 && count <= 50 ? tags : undefined;
}

function isGroupId(word: string): boolean {
  const scope = parseScope(word);
  return scope?.kind === 'resource-group' && groupName.test(scope.name);
}

export const kinds: Readonly<Record<Kind, KindRule>> = {
  'new-name': {
    takes: 'one',
    rule: '3 to 128 letters, digits, hyphens or underscores, starting with a letter or digit',
    parse: (words) => one(words, (word) => identityName.test(word)),
  },
  identity: {
    takes: 'one',
    rule: 'an identity’s name, its full resource id, or its client or principal id',
    parse: (words) => one(words, (word) => identityName.test(word) || isIdentityId(word) || isGuid(word)),
  },
  group: {
    takes: 'one',
    rule: 'a resource group’s name: up to 90 letters, digits, hyphens, underscores, periods or parentheses, not ending with a period',
    // A menu gives the id of one that shares its name with others.
    parse: (words) => one(words, (word) => groupName.test(word) || isGroupId(word)),
  },
  subscription: {
    takes: 'many',
    rule: 'a subscription’s name or id',
    parse: (words) => one(words, (word) => word.length <= 64 && !hasControl(word)),
  },
  location: {
    takes: 'many',
    rule: 'an Azure region, such as westeurope or "West Europe"',
    parse: (words) => one(words, (word) => /^[A-Za-z0-9 ()]{2,60}$/.test(word)),
  },
  tags: {
    takes: 'many',
    rule: 'key=value pairs separated by spaces: at most 50, keys up to 512 characters without < > % & \\ ? /, each key once, values up to 256',
    parse: parseTags,
  },
  role: {
    takes: 'many',
    rule: 'a role’s name, such as Reader or "Key Vault Secrets User", or its id',
    parse: (words) => one(words, (word) => word.length <= 512 && !hasControl(word)),
  },
  scope: {
    takes: 'many',
    rule: 'a resource group’s or subscription’s name, or a full Azure id such as /subscriptions/…/resourceGroups/rg-payments',
    parse: (words) =>
      one(words, (word) =>
        word.startsWith('/') ? parseScope(word) !== undefined : word.length <= 90 && !hasControl(word),
      ),
  },
  duration: {
    takes: 'many',
    rule: 'a time such as 30m, 8h, 7d or 1d12h, from 1 second to 365 days',
    parse: (words, textTools) => {
      const durationMs = textTools.parseDuration(words.join(' '));
      return durationMs !== undefined && durationMs >= 1_000 && durationMs <= longestGrantMs ? durationMs : undefined;
    },
  },
  text: {
    takes: 'many',
    rule: 'up to 1,000 characters',
    parse: (words) => one(words, (word) => word.length <= 1000),
  },
  switch: { takes: 'none', rule: 'no value: it is on when it stands there', parse: () => true },
  request: {
    takes: 'one',
    rule: 'a request’s id, such as R-7K3F9Q',
    parse: (words) => {
      const word = words.join('').toUpperCase();
      return /^R-?[0-9A-HJKMNP-TV-Z]{6}$/.test(word) ? `R-${word.slice(-6)}` : undefined;
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
};
