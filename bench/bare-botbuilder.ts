// A bare botbuilder app: reads the activity, runs an empty turn, and does nothing else. Without authentication, as the sandbox's
// clients have none. Prints its address.

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ActivityHandler, CloudAdapter, ConfigurationBotFrameworkAuthentication, type Response } from 'botbuilder';

const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
const bot = new ActivityHandler();
bot.onMessage((_context, next) => next());

async function jsonOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as Record<string, unknown>;
}

const server = createServer((request, response) => {
  void jsonOf(request).then((body) => {
    const wrapped = {
      socket: response.socket,
      status: (code: number) => {
        response.statusCode = code;
        return wrapped;
      },
      header: (name: string, value: string) => {
        response.setHeader(name, value);
        return wrapped;
      },
      send: (sent: unknown) => {
        response.end(typeof sent === 'string' ? sent : JSON.stringify(sent));
        return wrapped;
      },
      end: () => {
        response.end();
        return wrapped;
      },
    };
    const incoming = { body, headers: request.headers as Record<string, string>, method: 'POST' };
    return adapter.process(incoming, wrapped as unknown as Response, (context) => bot.run(context));
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
