// Preloaded into a local client's process: makes it listen on loopback (it would listen on every interface), and ends it with the
// bot: its stdin closes when the bot ends, even if it is killed.

import { Server } from 'node:net';

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

process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();
