// Policies for stories: the platform team is Megan and Adele, everyone may read; the story adds the rest.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One approval by the platform team for every change. */
export const oneApproval = `
  - name: everything else
    commands: [create, delete, restore, grant, revoke, attach, detach]
    who: anyone
    approvals: { count: 1, by: [platform] }
    maxDuration: 30d
    expireAfter: 24h`;

/** Writes policy.yaml into the folder. Returns its path. `places` as in the policy; `rules` in YAML, below “anyone may look”. */
export function writePolicy(dir: string, places: readonly string[], rules: string = oneApproval): string {
  const file = join(dir, 'policy.yaml');
  writeFileSync(
    file,
    `version: 1
groups:
  platform: [megan@contoso.com, adele@contoso.com]
places: [${places.join(', ')}]
rules:
  - name: anyone may look
    commands: [list, show, roles]
    who: anyone
    approvals: none${rules}
`,
  );
  return file;
}

/** A policy in which Owner is denied, one subscription is self-service, and the platform team approves the rest. */
export const policyOf = (subscription: string) => `version: 1
groups:
  platform: [Megan@contoso.com]
places:
  - approvers
rules:
  - name: nobody hands out Owner
    commands: [grant, create]
    roles: [Owner]
    deny: Ask the platform team.
  - name: playground is self-service
    commands: [create, delete, restore, grant, revoke, attach, detach]
    scopes: [${subscription}]
    who: anyone
    approvals: none
    maxDuration: 7d
  - name: everything else
    commands: [create, delete, restore, grant, revoke, attach, detach]
    who: anyone
    approvals: { count: 1, by: [platform] }
    expireAfter: 24h
`;
