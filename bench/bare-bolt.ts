// A bare @slack/bolt app: checks the signature, acknowledges, and does nothing else. Prints its address.

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver } from '@slack/bolt';

const signingSecret = process.env.SLACK_SIGNING_SECRET ?? '';
const receiver = new HTTPReceiver({ signingSecret });
const app = new App({
  receiver,
  authorize: () => Promise.resolve({ botToken: 'xoxb-bench', botId: 'B0BOT', botUserId: 'U0BOT' }),
});
app.command('/identity', ({ ack }) => ack());
const server = (await app.start({ port: 0, host: '127.0.0.1' })) as Server;
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
