// Finds the route of a path by whole segments: a prefix match on `roleAssignments` would swallow
// `roleAssignmentScheduleRequests`. Knows nothing of what the routes do.

import type { Answer, Call, Simulation } from './exchange.ts';
import type { Circumstances } from './permissions.ts';

export interface Route {
  method: string;
  /** '/subscriptions/{subscription}/…'; '{scope*}' first stands for any number of segments, none too. */
  path: string;
  /** The api-versions taken; 'none' where the path has no such parameter. */
  versions: readonly string[] | 'none';
  /** For the refusal of an unknown api-version: 'Microsoft.X/y', or undefined for ARM's own types. */
  type?: string;
  /** The action that the caller must be allowed, by the call where it depends on it; undefined where the handler itself decides. */
  action?: string | ((call: Call) => string | undefined);
  /** What the conditions of the caller's roles look at. */
  circumstances?(simulation: Simulation, call: Call): Circumstances;
  handle(simulation: Simulation, call: Call): Answer | Promise<Answer>;
}

interface Compiled {
  route: Route;
  parts: readonly string[];
  hasScope: boolean;
}

export interface Match {
  route: Route;
  params: Record<string, string>;
}

/** Whole-segment matching, whatever the case of the fixed segments. */
export class Router {
  readonly #routes: readonly Compiled[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((route) => {
      const parts = route.path.split('/').filter(Boolean);
      return { route, parts: parts.slice(parts[0] === '{scope*}' ? 1 : 0), hasScope: parts[0] === '{scope*}' };
    });
  }

  /** The route, or the methods that the path does know, or an empty list. Fixed paths win over those with a scope. */
  find(method: string, segments: readonly string[]): Match | { allowed: readonly string[] } {
    const allowed: string[] = [];
    for (const wantsScope of [false, true]) {
      for (const compiled of this.#routes) {
        if (compiled.hasScope !== wantsScope) continue;
        const params = matches(compiled, segments);
        if (!params) continue;
        if (compiled.route.method === method) return { route: compiled.route, params };
        allowed.push(compiled.route.method);
      }
    }
    return { allowed };
  }
}

function matches({ parts, hasScope }: Compiled, segments: readonly string[]): Record<string, string> | undefined {
  const offset = segments.length - parts.length;
  if (hasScope ? offset < 0 : offset !== 0) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[offset + index] ?? '';
    if (part.startsWith('{')) params[part.slice(1, -1)] = segment;
    else if (part.toLowerCase() !== segment.toLowerCase()) return undefined;
  }
  if (hasScope) params.scope = `/${segments.slice(0, offset).join('/')}`;
  return params;
}
