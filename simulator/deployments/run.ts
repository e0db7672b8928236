// A deployment carried out: each resource is written through ARM itself as its caller, so that permissions, locks and refusals are
// those of a write by hand. What does not depend on a failure is written all the same.

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ArmError } from '../errors.ts';
import type { Answer, Caller, Simulation } from '../exchange.ts';
import { key } from '../ids.ts';
import { evaluate, resultOf, type Surroundings } from './evaluate.ts';
import { callsIn, TemplateError } from './expression.ts';
import { isInner, type Plan, type Planned } from './plan.ts';

/** What became of one write. */
export interface Operation {
  id: string;
  planned: Planned;
  state: 'Running' | 'Succeeded' | 'Failed';
  status: number;
  error?: { code: string; message: string } | undefined;
  startedAt: number;
  endedAt: number;
}

export interface Outcome {
  operations: readonly Operation[];
  outputs: Readonly<Record<string, { type: string; value: unknown }>>;
  errors: readonly { code: string; message: string; target?: string }[];
}

const notWritten = ['name', 'dependsOn', 'scope', 'comments', 'metadata', 'resourceGroup', 'subscriptionId', 'asserts'];

/** Calls ARM as the deployment's caller. */
export function armCall(
  simulation: Simulation,
  caller: Caller,
  method: string,
  id: string,
  version: string,
  body?: unknown,
): Promise<Answer> {
  return simulation.dispatch({
    id: randomUUID(),
    method,
    segments: id.split('/').filter(Boolean),
    query: new Map([['api-version', version]]),
    headers: {},
    body,
    caller,
  });
}

export class Run {
  readonly operations: Operation[] = [];
  readonly #simulation: Simulation;
  readonly #caller: Caller;
  readonly #plan: Plan;
  readonly #answers = new Map<string, unknown>();

  constructor(simulation: Simulation, caller: Caller, plan: Plan) {
    this.#simulation = simulation;
    this.#caller = caller;
    this.#plan = plan;
  }

  /** Writes everything, in waves of what waits for nothing more, then works out the outputs. Never throws. */
  async all(
    declared: Readonly<Record<string, { type: string; value?: unknown; condition?: unknown }>>,
  ): Promise<Outcome> {
    const open = new Map(
      this.#plan.resources.filter((one) => !one.isSkipped && !one.isExisting).map((one) => [key(one.id), one]),
    );
    const failed = new Set<string>();
    for (;;) {
      const ready = [...open.values()].filter((one) => one.after.every((id) => !open.has(id) && !failed.has(id)));
      if (ready.length === 0) break;
      // At once, as ARM does: two credentials of one identity that do not wait for each other refuse one another.
      const written = await Promise.all(ready.map((one) => this.#write(one)));
      for (const { state, planned } of written) {
        if (state === 'Failed') failed.add(key(planned.id));
        open.delete(key(planned.id));
      }
    }
    const errors = this.operations.flatMap(({ error, planned }) => (error ? [{ ...error, target: planned.id }] : []));
    if (errors.length > 0) return { operations: this.operations, outputs: {}, errors };
    try {
      return { operations: this.operations, outputs: await this.#outputs(declared), errors };
    } catch (error) {
      const message = `Unable to evaluate template outputs. ${(error as Error).message}`;
      return {
        operations: this.operations,
        outputs: {},
        errors: [{ code: 'DeploymentOutputEvaluationFailed', message }],
      };
    }
  }

  async #outputs(declared: Readonly<Record<string, { type: string; value?: unknown; condition?: unknown }>>) {
    const outputs: Record<string, { type: string; value: unknown }> = {};
    for (const [name, { type, value, condition }] of Object.entries(declared)) {
      const around = await this.#knowing({ value, condition }, this.#plan.around);
      if (condition !== undefined && evaluate(condition, around) !== true) continue;
      outputs[name] = { type: `${type[0]?.toUpperCase()}${type.slice(1)}`, value: evaluate(value, around) };
    }
    return outputs;
  }

  async #write(planned: Planned): Promise<Operation> {
    const startedAt = this.#simulation.now();
    const operation: Operation = {
      id: randomUUID().replaceAll('-', '').toUpperCase().slice(0, 16),
      planned,
      state: 'Running',
      status: 202,
      startedAt,
      endedAt: startedAt,
    };
    this.operations.push(operation);
    try {
      const body = await this.#body(planned);
      const answer = await armCall(this.#simulation, this.#caller, 'PUT', planned.id, planned.apiVersion, body);
      operation.status = answer.status === 202 ? 200 : answer.status;
      operation.error = await this.#settled(planned);
    } catch (error) {
      const known = error instanceof ArmError ? error : new ArmError(400, 'InvalidTemplate', unable(planned, error));
      operation.status = known.status;
      operation.error = { code: known.code, message: known.message };
    }
    operation.state = operation.error ? 'Failed' : 'Succeeded';
    operation.endedAt = this.#simulation.now();
    return operation;
  }

  /** Waits for a write that goes on after its answer; answers its error where it failed. */
  async #settled({ id, apiVersion, type }: Planned): Promise<Operation['error']> {
    const isDeployment = type.toLowerCase() === 'microsoft.resources/deployments';
    for (;;) {
      const { body } = await armCall(this.#simulation, this.#caller, 'GET', id, apiVersion).catch(() => ({ body: {} }));
      const { provisioningState: state, error } =
        (body as { properties?: { provisioningState?: string; error?: Operation['error'] } }).properties ?? {};
      if (!/^(Accepted|Running|Updating|InProgress|Creating)$/.test(state ?? ''))
        return isDeployment && state === 'Failed' ? error : undefined;
      await delay(isDeployment ? 5 : 50);
    }
  }

  /** The body as it is sent. A nested template that is evaluated by itself goes as it is. */
  async #body(planned: Planned): Promise<unknown> {
    const sent = Object.fromEntries(
      Object.entries(planned.body).filter(([name]) => !notWritten.includes(name) && name !== 'type'),
    );
    if (!isInner(sent)) return evaluate(sent, await this.#knowing(sent, planned.around));
    const { template, ...properties } = sent.properties as Record<string, unknown>;
    const rest = { ...sent, properties };
    const worked = evaluate(rest, await this.#knowing(rest, planned.around)) as { properties: object };
    return { ...worked, properties: { ...worked.properties, template } };
  }

  /** The surroundings of a value with the answers that its reference() calls need. */
  async #knowing(value: unknown, around: Surroundings): Promise<Surroundings> {
    for (const { name, args } of callsIn(value)) {
      if (name !== 'reference') continue;
      try {
        await this.#ask(args.map((one) => resultOf(one, this.#with(around))));
      } catch {
        // Where it is needed indeed, it is asked again and fails there.
      }
    }
    return this.#with(around);
  }

  #with(around: Surroundings): Surroundings {
    return {
      ...around,
      reference: (args) => {
        const known = this.#answers.get(JSON.stringify(args));
        if (known === undefined)
          throw new TemplateError(`The resource '${String(args[0])}' that reference() names could not be read.`);
        return known;
      },
    };
  }

  async #ask(args: readonly unknown[]): Promise<void> {
    const wanted = String(args[0]);
    const own = this.#plan.resources.find(
      (one) => [key(one.id), key(one.name)].includes(key(wanted)) || one.symbols.includes(wanted),
    );
    const version = typeof args[1] === 'string' ? args[1] : (own?.apiVersion ?? '');
    const { body } = await armCall(this.#simulation, this.#caller, 'GET', own?.id ?? wanted, version);
    const isFull = String(args[2] ?? '').toLowerCase() === 'full';
    this.#answers.set(JSON.stringify(args), isFull ? body : ((body as { properties?: unknown }).properties ?? body));
  }
}

function unable({ name }: Planned, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `Unable to process template language expressions for resource '${name}'. '${why}'`;
}
