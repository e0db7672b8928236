import { existsSync, globSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { eventsUrl, slackOutputs } from '../../manifests/slack.ts';
import { slackManifests } from '../../src/chat/slack/manifest.ts';
import { SHORTCUTS } from '../../src/chat/slack/shortcuts.ts';
import { commands } from '../../src/core/grammar/registry.ts';

const schema = '../shared/facts/schemas/slack-manifest-2.0.0.schema.json';
const url = 'https://bot.contoso.com/slack/events';
const { http, socket } = slackManifests({ commands, url });

interface Shape {
  readonly features: {
    readonly shortcuts: readonly { callback_id: string; name: string; description: string }[];
    readonly slash_commands: readonly { command: string; usage_hint: string; url?: string }[];
  };
  readonly oauth_config: {
    readonly scopes: { readonly bot: readonly string[]; readonly bot_optional: readonly string[] };
  };
  readonly settings: {
    readonly event_subscriptions: { readonly bot_events: readonly string[]; readonly request_url?: string };
    readonly interactivity: { readonly request_url?: string; readonly message_menu_options_url?: string };
    readonly socket_mode_enabled: boolean;
  };
}
const { features, oauth_config: oauth, settings } = http as unknown as Shape;
const overSocket = socket as unknown as Shape;

describe('the Slack manifests', () => {
  it.skipIf(!existsSync(schema))('are valid against Slack’s schema (skipped where it is not at hand)', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const isValid = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')) as object);
    for (const manifest of [http, socket]) {
      isValid(manifest);
      expect(isValid.errors ?? []).toEqual([]);
    }
    // The validator works: it finds a name that is too long.
    expect(isValid({ ...http, display_information: { name: 'x'.repeat(36) } })).toBe(false);
  });

  it('name the address wherever Slack calls over HTTP, and none for Socket Mode', () => {
    expect(features.slash_commands.map((command) => command.url)).toEqual([url]);
    expect(settings.event_subscriptions.request_url).toBe(url);
    expect(settings.interactivity).toMatchObject({ request_url: url, message_menu_options_url: url });
    expect(settings.socket_mode_enabled).toBe(false);
    expect(JSON.stringify(socket)).not.toContain('https://');
    expect(overSocket.settings.socket_mode_enabled).toBe(true);
    expect(overSocket.oauth_config).toEqual(oauth);
    expect(overSocket.features.shortcuts).toEqual(features.shortcuts);
  });

  it('say of commands and shortcuts what the definitions say', () => {
    const [slash] = features.slash_commands;
    const hinted = slash?.usage_hint.match(/\[(.*)\]/)?.[1]?.split(' | ') ?? [];
    const typed = commands.filter(({ writes }) => writes !== 'request');
    expect(hinted).toEqual([...new Set(typed.map(({ name }) => name.split(' ')[0]))]);
    expect(features.shortcuts.map(({ callback_id: id }) => id)).toEqual(Object.keys(SHORTCUTS));
    for (const { callback_id: id, name, description } of features.shortcuts) {
      const command = commands.find((one) => one.name === SHORTCUTS[id as keyof typeof SHORTCUTS]);
      expect(command).toBeDefined();
      expect(description).toContain(command?.summary);
      expect(name.length).toBeLessThanOrEqual(24);
      expect(description.length).toBeLessThanOrEqual(150);
    }
  });
});

describe('the address in the manifest for HTTP', () => {
  it.each([
    ['https://bot.contoso.com', url],
    ['https://bot.contoso.com/', url],
    ['https://bot.contoso.com/slack/events', url],
    ['https://contoso.com/desk/', 'https://contoso.com/desk/slack/events'],
    ['https://bot.contoso.com:8443', 'https://bot.contoso.com:8443/slack/events'],
  ])('of a bot at %s is %s', (given, wanted) => {
    expect(eventsUrl(given)).toBe(wanted);
  });

  it.each(['http://bot.contoso.com', 'bot.contoso.com', 'https://a:b@contoso.com', 'https://contoso.com/?a=b', ''])(
    'is refused where Slack could not call it: “%s”',
    (given) => {
      expect(() => eventsUrl(given)).toThrow('not an address that Slack can call');
    },
  );

  it('changes nothing that is checked in', () => {
    const [plain, given] = [slackOutputs(undefined), slackOutputs('https://bot.contoso.com')];
    expect(given.checkedIn).toEqual(plain.checkedIn);
    expect(plain.built).toEqual([]);
    expect(given.built.map(({ path }) => path)).toEqual(['dist/identity-desk-slack-http.json']);
    expect(given.built[0]?.content).toContain(url);
  });
});

/** The bot token scopes of each method, as the bot calls it. Source: docs.slack.dev, the page of each method. */
const methodScopes: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  // It is called for public and private channels. For others Slack returns missing_scope; then the post itself fails or succeeds.
  'conversations.info': ['channels:read', 'groups:read'],
  // In direct messages alone.
  'conversations.history': ['im:history'],
  'conversations.replies': ['im:history'],
  // For a direct message.
  'conversations.open': ['im:write'],
  // The email in the profile has a scope of its own.
  'users.info': ['users:read', 'users:read.email'],
  'usergroups.users.list': ['usergroups:read'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
};

/** The scopes of each event. Source: docs.slack.dev, the page of each event. */
const eventScopes: Readonly<Record<string, readonly string[]>> = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  channel_left: ['channels:read'],
  group_left: ['groups:read'],
  member_joined_channel: ['channels:read', 'groups:read'],
  'message.im': ['im:history'],
};

const sources = globSync('src/chat/slack/*.ts').map((file) => readFileSync(file, 'utf8'));

/** The method names of all Web API calls in the sources. `views.${how}` counts as both of its values. */
function methodsCalled(): { methods: string[]; unread: string[] } {
  const calls = sources.flatMap((text) => [
    ...text.matchAll(/\bweb\s*\.(?:call|callWithRetry)\(\s*(?:(['`])([^'`]+)\1)?([^\n]*)/g),
  ]);
  const names = calls.map(([, , name]) => name);
  const unread = calls.filter(([, , name]) => name === undefined).map(([whole]) => whole);
  const methods = names.flatMap((name) =>
    name === undefined ? [] : name.startsWith('views.$') ? ['views.open', 'views.push'] : [name],
  );
  return { methods: [...new Set(methods)].sort(), unread };
}

describe('the scopes', () => {
  it('know every method that is called', () => {
    const { methods, unread } = methodsCalled();
    expect(unread).toEqual([]);
    expect(methods).toEqual(Object.keys(methodScopes).sort());
    expect(sources.join('\n')).toContain("type OpenMode = 'open' | 'push'");
    // All calls go through one place, and Bolt's own client is not used.
    expect(sources.join('\n').match(/\.apiCall\(/g)).toHaveLength(1);
    expect(sources.filter((text) => /\bclient\.(?!apiCall\b|ts')\w+/.test(text))).toEqual([]);
  });

  it('are subscribed to what is handled, and to nothing else', () => {
    const handler = readFileSync('src/chat/slack/events.ts', 'utf8');
    const handled = [...handler.matchAll(/case '(\w+)':/g)].map(([, name]) => name);
    expect(readFileSync('src/chat/slack/decode.ts', 'utf8')).toContain("channel_type === 'im'");
    const subscribed = settings.event_subscriptions.bot_events.map((name) => name.replace(/^message\.im$/, 'message'));
    expect([...handled].sort()).toEqual([...subscribed].sort());
  });

  it('are those that a method, an event or a command needs: none is missing, none is left over', () => {
    const needed = new Set([
      ...(features.slash_commands.length > 0 || features.shortcuts.length > 0 ? ['commands'] : []),
      ...methodsCalled().methods.flatMap((method) => methodScopes[method] ?? ['unknown']),
      ...settings.event_subscriptions.bot_events.flatMap((name) => eventScopes[name] ?? ['unknown']),
    ]);
    expect([...oauth.scopes.bot].sort()).toEqual([...needed].sort());
  });

  it('are each explained in the guide', () => {
    const guide = readFileSync('docs/slack.md', 'utf8');
    const explained = [...guide.matchAll(/^\| `([\w.:]+)` \|/gm)].map(([, name]) => name);
    expect(explained).toEqual(expect.arrayContaining([...oauth.scopes.bot, ...oauth.scopes.bot_optional]));
  });
});
