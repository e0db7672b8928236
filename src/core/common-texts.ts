// Sentences that many answers share, so that they read the same everywhere.

/** What an error says when the command had no effect in Azure. */
export const nothingChanged = 'Nothing was changed.';
/** The next step when a command is not known. */
export const seeHelp = 'Run help to see all commands.';
/** The rule that refuses, unless the reason names it. */
export function ruleNote({ reason, rule }: { readonly reason: string; readonly rule?: string }): string {
  return rule === undefined || reason.includes(`“${rule}”`) ? '' : ` Rule: “${rule}”.`;
}
/** The next step when the policy refuses. */
export const seeWhoami = 'Run whoami to see your permissions.';
/** The next step when an identity was not found. */
export const seeList = 'Run list to see all identities.';
/** The last resort when nothing that the person can do helps. */
export const contactAdministrator = 'If the problem continues, contact your Identity Desk administrator.';
/** What an explanation says of itself. */
export const nothingRequested = 'Nothing was requested and nobody was asked.';
