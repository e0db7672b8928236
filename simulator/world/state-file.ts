// Keeps a world in a JSON file: written aside and renamed, so that a kill at any moment leaves a whole one. Writes are
// gathered for a moment, and made up for at the end.

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { WorldData } from './types.ts';
import type { World } from './world.ts';

const gather = 50; // milliseconds

const list = z.array(z.looseObject({}));
const schema = z.looseObject({
  tenant: z.looseObject({ id: z.string() }),
  botId: z.string(),
  subscriptions: list,
  managementGroups: list,
  resourceGroups: list,
  identities: list,
  resources: list,
  roleDefinitions: list,
  roleAssignments: list,
  denyAssignments: list.optional(),
  locks: list,
  users: list,
  directoryGroups: list,
  servicePrincipals: list,
});

export class StateFile {
  readonly #file: string;
  #world: World | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: string) {
    this.#file = resolve(file);
  }

  /** The world that was kept; undefined where there is no file yet. Throws where the file is no world. */
  load(): WorldData | undefined {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return schema.parse(JSON.parse(text)) as unknown as WorldData;
    } catch (error) {
      const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
      throw new Error(`${this.#file} is not a simulator's state: ${why}\nMove it away to start from the seed.`);
    }
  }

  /** Keeps a world from now on, in the place of any before. Writes it at once. */
  keep(world: World): void {
    this.#world = world;
    world.onChange(() => {
      if (this.#world === world) this.#timer ??= setTimeout(() => this.flush(), gather);
    });
    this.#write();
  }

  /** Writes what is not yet written. */
  flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#write();
  }

  #write(): void {
    if (!this.#world) return;
    const draft = `${this.#file}.${process.pid}`;
    mkdirSync(dirname(this.#file), { recursive: true });
    const handle = openSync(draft, 'w', 0o600);
    try {
      writeSync(handle, JSON.stringify(this.#world.data()));
      fsyncSync(handle);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    } finally {
      closeSync(handle);
    }
    renameSync(draft, this.#file);
  }
}
