// The Slack app's manifests: for Socket Mode, which is the same everywhere, and for HTTP, which names the bot's own address.
// What is checked in names an example; the one for a given address goes to dist/.

import { slackManifests } from '../src/chat/slack/manifest.ts';
import { commands } from '../src/core/grammar/registry.ts';
import { jsonText, type Outputs } from './output.ts';

const EXAMPLE = 'https://identity-desk.example.com';
const BUILT = 'dist/identity-desk-slack-http.json';
const ROUTE = '/slack/events';

/** Where Slack is to post, from the bot's public address, with or without the route. Throws an Error that says what is wrong. */
export function eventsUrl(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url?.protocol !== 'https:' || !isPlain) {
    throw new Error(`“${address}” is no address that Slack can call: give one such as ${EXAMPLE}`);
  }
  const path = url.pathname.replace(/\/+$/, '');
  return `${url.origin}${path.endsWith(ROUTE) ? path : `${path}${ROUTE}`}`;
}

/** `address`: the bot's own, where it is known. Throws an Error where Slack could not call it. */
export function slackOutputs(address: string | undefined): Outputs {
  const { http, socket } = slackManifests({ commands, url: eventsUrl(EXAMPLE) });
  return {
    checkedIn: [
      { path: 'manifests/slack/http.json', content: jsonText(http) },
      { path: 'manifests/slack/socket.json', content: jsonText(socket) },
    ],
    built:
      address === undefined
        ? []
        : [{ path: BUILT, content: jsonText(slackManifests({ commands, url: eventsUrl(address) }).http) }],
    hints:
      address === undefined
        ? [`Slack over HTTP: give --url ${EXAMPLE} (or PUBLIC_URL) for ${BUILT}. Socket Mode needs no address.`]
        : [],
  };
}
