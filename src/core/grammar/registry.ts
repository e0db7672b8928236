// The registry of all commands, in the order of the help and of a chat's command menu, which has room for the first twelve. To add one: define it in commands/ and list it here.

import { attach } from '../commands/attach.ts';
import { audit } from '../commands/audit.ts';
import { create } from '../commands/create.ts';
import { credentialAdd } from '../commands/credential-add.ts';
import { credentialList } from '../commands/credential-list.ts';
import { credentialRemove } from '../commands/credential-remove.ts';
import { credentialUpdate } from '../commands/credential-update.ts';
import { remove } from '../commands/delete.ts';
import { detach } from '../commands/detach.ts';
import { end } from '../commands/end.ts';
import { explain, explainOthers } from '../commands/explain.ts';
import { exportAsCode } from '../commands/export.ts';
import { extend } from '../commands/extend.ts';
import { grant } from '../commands/grant.ts';
import { createHelp } from '../commands/help.ts';
import { link, unlink } from '../commands/link.ts';
import { list } from '../commands/list.ts';
import { report } from '../commands/report.ts';
import {
  approve,
  cancel,
  deny,
  notMe,
  notOk,
  retry,
  review,
  standAside,
  submit,
  unfreeze,
} from '../commands/request-actions.ts';
import { request, requests } from '../commands/requests.ts';
import { restore } from '../commands/restore.ts';
import { revoke } from '../commands/revoke.ts';
import { revokeOne } from '../commands/revoke-assignment.ts';
import { roles } from '../commands/roles.ts';
import { show } from '../commands/show.ts';
import { update } from '../commands/update.ts';
import { who } from '../commands/who.ts';
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
  extend,
  end,
  revoke,
  attach,
  requests,
  whoami,
  update,
  credentialList,
  credentialAdd,
  credentialUpdate,
  credentialRemove,
  detach,
  restore,
  exportAsCode,
  who,
  report,
  revokeOne,
  explain,
  audit,
  roles,
  request,
  link,
  unlink,
  approve,
  deny,
  cancel,
  submit,
  retry,
  review,
  notOk,
  notMe,
  unfreeze,
  standAside,
];

/** The commands that policy rules can name, whether a rule for them can name roles, and whether they change Azure. */
export const policyCommands: readonly {
  readonly name: string;
  readonly hasRole: boolean;
  readonly isChange: boolean;
  readonly like?: string;
}[] = [
  ...commands.flatMap(({ name, policyCommand, policyLike, params, writes }) => {
    // A command that is judged as another is not named by rules.
    const isOther = policyCommand !== name && commands.some((one) => one.name === policyCommand);
    // Several commands that are judged as one are named once.
    const isFirst = commands.find((one) => one.policyCommand === policyCommand)?.name === name;
    if (policyCommand === undefined || isOther || (policyCommand !== name && !isFirst)) return [];
    // A read only filters by a role: it gives none, so a rule by roles would never match it.
    const hasRole = writes === true && Object.values(params).some(({ kind }) => kind === 'role');
    const like = policyLike === undefined ? {} : { like: policyLike };
    return [{ name: policyCommand, hasRole, isChange: writes === true, ...like }];
  }),
  { name: explainOthers, hasRole: false, isChange: false },
];
