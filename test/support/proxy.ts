// A TCP proxy to the database that a test can close or make hang.

import type { AddressInfo } from 'node:net';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';

export class DatabaseWire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #mode: 'open' | 'hang' | 'cut' = 'open';

  private constructor(server: Server) {
    this.#server = server;
  }

  /** `url` is the database's, by Unix socket (freshDatabase). */
  static async to(url: string): Promise<{ wire: DatabaseWire; url: string }> {
    const [, login = '', name = '', query = ''] = /^postgres:\/\/([^/]*)@\/([^?]+)\?(.*)$/.exec(url) ?? [];
    const parameters = new URLSearchParams(query);
    const path = `${parameters.get('host')}/.s.PGSQL.${parameters.get('port')}`;
    const server = createServer((near) => wire.#join(near, path));
    const wire = new DatabaseWire(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { wire, url: `postgres://${login}@127.0.0.1:${port}/${name}` };
  }

  #join(near: Socket, path: string): void {
    near.on('error', () => near.destroy());
    if (this.#mode === 'cut') {
      near.destroy();
      return;
    }
    const far = dial(path);
    far.on('error', () => far.destroy());
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      if (this.#mode === 'hang') from.pause();
    }
  }

  /** Stops forwarding without closing connections. */
  hang(): void {
    this.#mode = 'hang';
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** Closes all connections and refuses new ones. */
  cut(): void {
    this.#mode = 'cut';
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Forwards new connections again; closes hanging ones. */
  mend(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#mode = 'open';
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
