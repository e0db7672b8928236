// The registry of all commands, in the order of the help. To add one: define it in commands/ and list it here.

import { attach } from '../commands/attach.ts';
import { audit } from '../commands/audit.ts';
import { create } from '../commands/create.ts';
import { remove } from '../commands/delete.ts';
import { detach } from '../commands/detach.ts';
import { explain, explainOthers } from '../commands/explain.ts';
import { grant } from '../commands/grant.ts';
import { createHelp } from '../commands/help.ts';
import { link, unlink } from '../commands/link.ts';
import { list } from '../commands/list.ts';
import { approve, cancel, deny, notMe, retry, review, submit, unfreeze } from '../commands/request-actions.ts';
import { request, requests } from '../commands/requests.ts';
import { restore } from '../commands/restore.ts';
import { revoke } from '../commands/revoke.ts';
import { roles } from '../commands/roles.ts';
import { show } from '../commands/show.ts';
import { whoami } from '../commands/whoami.ts';
import type { CommandDefinition } from './define.ts';

/** All commands. */
export const commands: readonly CommandDefinition[] = [
  createHelp(() => commands),
  list,
  show,
  create,
  remove,
  grant,
  revoke,
  roles,
  requests,
  request,
  approve,
  deny,
  cancel,
  submit,
  retry,
  notMe,
  unfreeze,
  whoami,
  explain,
  attach,
  detach,
  restore,
  link,
  unlink,
  review,
  audit,
];

/** The commands that policy rules can name, whether a rule for them can name roles, and whether they change Azure. */
export const policyCommands: readonly {
  readonly name: string;
  readonly hasRole: boolean;
  readonly isChange: boolean;
  readonly like?: string;
}[] = [
  ...commands.flatMap(({ policyCommand, policyLike, params, writes }) => {
    if (policyCommand === undefined) return [];
    const hasRole = Object.values(params).some(({ kind }) => kind === 'role');
    const like = policyLike === undefined ? {} : { like: policyLike };
    return [{ name: policyCommand, hasRole, isChange: writes === true, ...like }];
  }),
  { name: explainOthers, hasRole: false, isChange: false },
];
