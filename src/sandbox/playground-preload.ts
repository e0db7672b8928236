// Preloaded into a local client's process: makes it listen on loopback (it would listen on every interface), refuses other web
// pages, and ends it with the bot: its stdin closes when the bot ends, even if it is killed.

import { Server as HttpServer, type IncomingMessage } from 'node:http';
import { Server } from 'node:net';
import { foreignPage, namesThisMachine } from './local-only.ts';

const listen = Server.prototype.listen;

/** Server.listen with the host set wherever a port is given. */
Server.prototype.listen = function onLoopback(this: Server, ...given: unknown[]): Server {
  const [first, ...rest] = given;
  const callback = given.findLast((argument) => typeof argument === 'function');
  const local = { host: '127.0.0.1' };
  const changed =
    typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))
      ? [{ port: Number(first), ...local }, callback]
      : typeof first === 'object' && first !== null && 'port' in first
        ? [{ ...first, ...local }, ...rest]
        : typeof first === 'function' || first === undefined
          ? [{ port: 0, ...local }, callback]
          : given;
  return Reflect.apply(
    listen,
    this,
    changed.filter((argument) => argument !== undefined),
  ) as Server;
};

const emit = HttpServer.prototype.emit;

/** Requests and WebSockets of other people's pages are cut: whoever speaks here is believed. */
HttpServer.prototype.emit = function withoutForeigners(this: HttpServer, event: string, ...given: unknown[]): boolean {
  if (event === 'request' || event === 'upgrade') {
    const request = given[0] as IncomingMessage;
    if (foreignPage(request) !== undefined || !namesThisMachine(request)) {
      request.destroy();
      return true;
    }
  }
  return Reflect.apply(emit, this, [event, ...given]) as boolean;
} as typeof emit;

process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();
