// The switches for tests: faults, the log of calls, settings, the whole world. In process always; over https under
// /_control only where the simulator was started with it.

import { z } from 'zod';
import { ArmError } from './errors.ts';
import type { Answer, Simulation } from './exchange.ts';
import { Faults, faultSchema } from './faults.ts';
import { armErrorBody } from './pipeline.ts';
import type { Settings } from './settings.ts';
import { parseSeed } from './world/seed-file.ts';
import type { WorldData } from './world/types.ts';

export interface LoggedCall {
  at: number;
  method: string;
  path: string;
  query: string;
  /** 0 where the connection was cut. */
  status: number;
  /** The caller's object id; '' where no token was read. */
  caller: string;
  body: unknown;
}

const mostLogged = 10_000;
const time = z.int().min(0);
const settingsSchema = z.strictObject({
  throttling: z.boolean().optional(),
  replicationDelay: time.optional(),
  graphDelay: time.optional(),
  activityDelay: time.optional(),
  pageSize: z.int().min(1).max(1000).optional(),
  federatedWriteTime: time.optional(),
  groupDeleteTime: time.optional(),
  resourceWriteTime: time.optional(),
  tokenLifetime: z.int().min(1000).optional(),
  privilegedIdentityManagement: z.boolean().optional(),
});

/** What a test may turn while the simulator runs. */
export class Control {
  readonly faults = new Faults();
  readonly #simulation: Simulation;
  readonly #replace: (world: WorldData | undefined) => void;
  #calls: LoggedCall[] = [];

  constructor(simulation: Simulation, replace: (world: WorldData | undefined) => void) {
    this.#simulation = simulation;
    this.#replace = replace;
  }

  get settings(): Settings {
    return this.#simulation.settings;
  }

  /** The world as it stands. */
  world(): WorldData {
    return this.#simulation.world.data();
  }

  /** Puts another world in the place of this one; without one, the seed again. */
  reset(world?: WorldData): void {
    this.#replace(world);
  }

  /** The latest calls, oldest first; the control path's own are not among them. */
  requests(): readonly LoggedCall[] {
    return this.#calls;
  }

  clearRequests(): void {
    this.#calls = [];
  }

  note(call: LoggedCall): void {
    this.#calls.push(call);
    if (this.#calls.length > mostLogged) this.#calls.splice(0, mostLogged / 10);
  }

  /** Answers a call to /_control. */
  async answer(method: string, path: string, body: () => Promise<unknown>): Promise<Answer> {
    try {
      return this.#answer(method, path, await body());
    } catch (error) {
      const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
      const known = error instanceof ArmError ? error : new ArmError(400, 'BadControlRequest', message);
      return { status: known.status, body: armErrorBody(known) };
    }
  }

  #answer(method: string, path: string, body: unknown): Answer {
    const [, , what, id] = path.split('/');
    switch (`${method} ${what}`) {
      case 'POST faults':
        return { status: 201, body: this.faults.add(faultSchema.parse(body)) };
      case 'GET faults':
        return { status: 200, body: { value: this.faults.list() } };
      case 'DELETE faults':
        this.faults.clear(id);
        return { status: 204 };
      case 'GET requests':
        return { status: 200, body: { value: this.requests() } };
      case 'DELETE requests':
        this.clearRequests();
        return { status: 204 };
      case 'GET settings':
        return { status: 200, body: this.settings };
      case 'POST settings':
        Object.assign(this.settings, settingsSchema.parse(body));
        return { status: 200, body: this.settings };
      case 'GET state':
        return { status: 200, body: this.world() };
      case 'POST state':
        this.reset(parseSeed(body, 'the body'));
        return { status: 204 };
      case 'DELETE state':
        this.reset();
        return { status: 204 };
      default:
        throw new ArmError(404, 'NotFound', `The control path has no ${method} ${path}.`);
    }
  }
}
