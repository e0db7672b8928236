// The registry of all commands, in the order of the help. To add one: define it in commands/ and list it here.

import { audit } from '../commands/audit.ts';
import { create } from '../commands/create.ts';
import { remove } from '../commands/delete.ts';
import { grant } from '../commands/grant.ts';
import { createHelp } from '../commands/help.ts';
import { link, unlink } from '../commands/link.ts';
import { list } from '../commands/list.ts';
import { approve, cancel, deny, notMe, retry, review, submit, unfreeze } from '../commands/request-actions.ts';
import { request, requests } from '../commands/requests.ts';
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
  review,
  notMe,
  unfreeze,
  whoami,
  link,
  unlink,
  audit,
];

/** The commands that policy rules can name, and whether a rule for them can name roles. */
export const policyCommands: readonly { readonly name: string; readonly hasRole: boolean }[] = commands.flatMap(
  ({ policyCommand, params }) =>
    policyCommand === undefined
      ? []
      : [{ name: policyCommand, hasRole: Object.values(params).some(({ kind }) => kind === 'role') }],
);
