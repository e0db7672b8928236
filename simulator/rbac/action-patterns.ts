// Whether an action fits the patterns of a role. Azure's rules: a star stands for any run of characters, slashes too; where it stands
// alone between two slashes, for nothing as well. Case is that of ASCII: a Kelvin sign is no K.

/** A pattern taken apart at its stars; one part: no star. */
type Parts = readonly string[];

const lower = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Lists of patterns belong to roles and are never changed, so that each is taken apart once. */
const known = new WeakMap<readonly string[], readonly Parts[]>();

function partsOf(patterns: readonly string[]): readonly Parts[] {
  const parts = known.get(patterns) ?? patterns.map((pattern) => lower(pattern).split('*'));
  known.set(patterns, parts);
  return parts;
}

/**
 * Whether one of the patterns covers the action. `X/(star)/read` covers `X/read`: Managed Identity Operator has such patterns, and
 * Microsoft says that it may list and assign identities, whose actions are `userAssignedIdentities/read` and `…/assign/action`.
 */
export function isCovered(patterns: readonly string[], action: string): boolean {
  const wanted = lower(action);
  return partsOf(patterns).some((parts) => fits(parts, wanted));
}

/** Whether the action fits one pattern. */
export function matchesAction(pattern: string, action: string): boolean {
  return fits(lower(pattern).split('*'), lower(action));
}

/** Each part at the first place where it can be: no backtracking, so that no pattern is slow. */
function fits(parts: Parts, action: string): boolean {
  const first = parts[0] ?? '';
  if (parts.length === 1) return action === first;
  if (!action.startsWith(first)) return false;
  let end = first.length;
  for (let index = 1; index < parts.length; index += 1) {
    const part = parts[index] ?? '';
    // The two slashes around a star may be one and the same.
    const isWholeSegment = part.startsWith('/') && (parts[index - 1] ?? '').endsWith('/');
    const from = isWholeSegment ? end - 1 : end;
    const at = index === parts.length - 1 ? action.length - part.length : action.indexOf(part, from);
    if (at < from || !action.startsWith(part, at)) return false;
    end = at + part.length;
  }
  return true;
}

export interface Actions {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
}

/** Whether a set of permissions permits a control-plane action: what one set leaves out, another may still give. */
export function permits({ actions, notActions }: Actions, action: string): boolean {
  return isCovered(actions, action) && !isCovered(notActions, action);
}
