// The Slack app's manifests: for Socket Mode, which is the same for every installation, and for HTTP, which contains the bot's
// address. The checked-in one has an example address; the one for a given address is written to dist/.

import { slackManifests } from '../src/chat/slack/manifest.ts';
import { commands } from '../src/core/grammar/registry.ts';
import { jsonText, type Outputs } from './output.ts';

const EXAMPLE = 'https://identity-desk.example.com';
const BUILT = 'dist/identity-desk-slack-http.json';
const ROUTE = '/slack/events';

/** The request URL for Slack, from the bot's public address with or without the route. Throws an Error where it is not valid. */
export function eventsUrl(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url?.protocol !== 'https:' || !isPlain) {
    throw new Error(`“${address}” is not an address that Slack can call: specify an https address such as ${EXAMPLE}`);
  }
  const path = url.pathname.replace(/\/+$/, '');
  return `${url.origin}${path.endsWith(ROUTE) ? path : `${path}${ROUTE}`}`;
}

/** The manifests; `address` is the bot's public address. Throws an Error where it is not valid. */
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
        ? [`Slack over HTTP: specify --url ${EXAMPLE} (or PUBLIC_URL) to build ${BUILT}. Socket Mode needs no address.`]
        : [],
  };
}
