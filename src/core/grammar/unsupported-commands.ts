// Commands that people try but that do not exist here, with what to use instead. Existing commands take precedence, so a row
// is deleted when its command is added.

/** The answer for a command that is not supported: what, and what to use instead. */
export interface Unsupported {
  readonly message: string;
  readonly next: string;
}

const notYet = (what: string, next: string): Unsupported => ({ message: `Identity Desk cannot ${what} yet.`, next });
const called = (word: string, usage: string): Unsupported => ({
  message: `Unknown command “${word}”.`,
  next: `Use ${usage.split(' ')[0]}: ${usage}`,
});

/** The answers that several commands of az and PowerShell share. */
export const unsupported = {
  subscriptions: {
    message: 'Identity Desk searches every subscription that it has access to.',
    next: 'To search one subscription, add --subscription NAME. Run list to see the subscription of each identity.',
  },
  signIn: {
    message: 'No sign-in is needed. Identity Desk uses your chat account.',
    next: 'Run whoami to see your account and permissions.',
  },
  groups: {
    message: 'A resource group can only be created together with an identity.',
    next: 'Use create NAME -g GROUP --create-group -l westeurope',
  },
  roleDefinitions: {
    message: 'Role definitions cannot be changed.',
    next: 'Run roles TEXT to find roles, or use az role definition.',
  },
  systemAssigned: {
    message: 'A system-assigned identity belongs to its resource, and cannot be managed here.',
    next: 'Name a user-assigned identity, or use az or the Azure portal.',
  },
  people: {
    message: 'Roles can only be assigned to managed identities, not to users, groups or apps.',
    next: 'Enter an identity, or use Access control (IAM) in the Azure portal.',
  },
} satisfies Readonly<Record<string, Unsupported>>;

const words: Readonly<Record<string, Unsupported>> = {
  tag: called('tag', 'update NAME --tags key=value'),
  tags: called('tags', 'update NAME --tags key=value'),
  credentials: called('credentials', 'credential list NAME'),
  'federated-credential': called(
    'federated-credential',
    'credential list NAME, or credential add NAME --github OWNER/REPO',
  ),
  prolong: called('prolong', 'extend ID --for 4h'),
  renew: called('renew', 'extend ID --for 4h'),
  graph: notYet('draw access graphs', 'Run show NAME to see the roles of an identity and the resources that use it.'),
  log: called('log', 'audit, or request ID'),
  history: called('history', 'audit, or request ID'),
  rename: { message: 'Azure cannot rename an identity.', next: 'Create a new identity, then delete the old one.' },
  new: called('new', 'create NAME -g GROUP'),
  add: called('add', 'create NAME -g GROUP, or grant NAME --role R --scope S'),
  get: called('get', 'show NAME'),
  describe: called('describe', 'show NAME'),
  find: called('find', 'list TEXT'),
  search: called('search', 'list TEXT'),
  ls: called('ls', 'list'),
  identities: called('identities', 'list'),
  rm: called('rm', 'delete NAME'),
  remove: called('remove', 'delete NAME, or revoke NAME --role R --scope S'),
  assign: called('assign', 'grant NAME --role R --scope S'),
  unassign: called('unassign', 'revoke NAME --role R --scope S'),
  reject: called('reject', 'deny ID REASON'),
  undo: called('undo', 'cancel ID, or revoke NAME --role R --scope S'),
  status: called('status', 'requests, or request ID'),
  subscriptions: unsupported.subscriptions,
  account: unsupported.subscriptions,
  group: unsupported.groups,
  login: unsupported.signIn,
};

/** The answer for a word (lower case) that people try as a command; undefined for any other word. */
export function unsupportedCommand(word: string): Unsupported | undefined {
  return Object.hasOwn(words, word) ? words[word] : undefined;
}
