// The functions of templates that put ids of resources together, and the ids of a template's own resources.

import { isGuid } from '../ids.ts';
import { TemplateError } from './expression.ts';

/** 'Microsoft.X/a/b' and ['n', 'm'] → 'Microsoft.X/a/n/b/m'. Throws where there is not a name for each type. */
export function interleaved(type: string, names: readonly string[]): string {
  const [provider = '', ...types] = type.split('/');
  if (types.length !== names.length) {
    throw new TemplateError(
      `Unable to evaluate template language function 'resourceId': the type '${type}' requires '${types.length}' resource name argument(s). Please see https://aka.ms/arm-resource-functions/#resourceid for usage details.`,
    );
  }
  return [provider, ...types.flatMap((one, index) => [one, names[index] ?? ''])].join('/');
}

/** Where the first argument with a slash is the type: what is before it says where. */
function divided(args: readonly string[]): { before: readonly string[]; type: string; names: readonly string[] } {
  const at = args.findIndex((one) => one.includes('/') && !one.startsWith('/'));
  if (at === -1)
    throw new TemplateError(
      "Unable to evaluate template language function 'resourceId': a fully qualified resource type is expected. Please see https://aka.ms/arm-resource-functions/#resourceid for usage details.",
    );
  return { before: args.slice(0, at), type: args[at] ?? '', names: args.slice(at + 1) };
}

/** resourceId([subscription], [group], type, name…). `scope`: of the deployment. */
export function resourceIdOf(args: readonly string[], scope: string): string {
  const { before, type, names } = divided(args);
  const tail = `/providers/${interleaved(type, names)}`;
  const [subscription, group] = [
    /^\/subscriptions\/([^/]+)/i.exec(scope)?.[1],
    /\/resourceGroups\/([^/]+)/i.exec(scope)?.[1],
  ];
  if (before.length === 2) return `/subscriptions/${before[0]}/resourceGroups/${before[1]}${tail}`;
  const [one] = before;
  if (one !== undefined && !isGuid(one)) return `/subscriptions/${subscription}/resourceGroups/${one}${tail}`;
  if (one !== undefined)
    return group === undefined
      ? `/subscriptions/${one}${tail}`
      : `/subscriptions/${one}/resourceGroups/${group}${tail}`;
  if (type.toLowerCase() === 'microsoft.resources/resourcegroups')
    return `/subscriptions/${subscription}/resourceGroups/${names[0]}`;
  return `${scope === '/' ? '' : scope}${tail}`;
}

/** subscriptionResourceId([subscription], type, name…). */
export function subscriptionResourceId(args: readonly string[], scope: string): string {
  const { before, type, names } = divided(args);
  const subscription = before[0] ?? /^\/subscriptions\/([^/]+)/i.exec(scope)?.[1] ?? '';
  return `/subscriptions/${subscription}/providers/${interleaved(type, names)}`;
}

/** tenantResourceId(type, name…). */
export function tenantResourceId([type = '', ...names]: readonly string[]): string {
  return `/providers/${interleaved(type, names)}`;
}

/** managementGroupResourceId([group], type, name…). */
export function managementGroupResourceId(args: readonly string[], scope: string): string {
  const { before, type, names } = divided(args);
  const group = before[0] ?? /managementGroups\/([^/]+)/i.exec(scope)?.[1] ?? '';
  return `/providers/Microsoft.Management/managementGroups/${group}/providers/${interleaved(type, names)}`;
}

/** extensionResourceId(id, type, name…). */
export function extensionResourceId([id = '', type = '', ...names]: readonly string[]): string {
  return `${id === '/' ? '' : id}/providers/${interleaved(type, names)}`;
}
