// A plan that takes away what cannot come back is submitted by who enters the name of it, so that no click does it by mistake.

import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { sameName } from '../model/fold.ts';
import type { Request } from '../model/request.ts';
import type { Click } from './click.ts';

/** Throws Fault 'bad-input' where the plan wants a name and another one, or none, was entered. */
export function demandName({ comment }: Pick<Click, 'comment'>, { id, plan }: Pick<Request, 'id' | 'plan'>): void {
  const { confirm } = plan;
  if (confirm === undefined || sameName(comment?.trim(), confirm)) return;
  const what = comment === undefined ? 'Its name was not entered.' : `“${comment.slice(0, 130)}” is not its name.`;
  throw new Fault('bad-input', what, {
    next: `${nothingChanged} To submit it, enter ${confirm} in the field, or: submit ${id} ${confirm}`,
    param: 'comment',
  });
}
