// Words that people try and that are no command here: what does it instead. A command that bears the name goes first, so a row
// is simply deleted when its command comes.

export interface Unsupported {
  readonly message: string;
  readonly next: string;
}

const notYet = (what: string, next: string): Unsupported => ({ message: `Identity Desk cannot ${what} yet.`, next });
const called = (word: string, usage: string): Unsupported => ({
  message: `Unknown command “${word}”.`,
  next: `It is called ${usage.split(' ')[0]} here: ${usage}`,
});

/** What another tool's line is answered with where two tools, or two commands of one, come to the same. */
export const unsupported = {
  update: notYet(
    'change an identity’s tags',
    'Use az identity update --tags, or the portal. show NAME tells its tags.',
  ),
  credential: notYet(
    'change federated credentials',
    'Use az identity federated-credential. show NAME lists those that there are.',
  ),
  attach: notYet(
    'put an identity on a resource',
    'Use az vm identity assign, az webapp identity assign or the like. show NAME lists the resources that use it.',
  ),
  detach: notYet(
    'take an identity off a resource',
    'Use az vm identity remove, az webapp identity remove or the like. show NAME lists the resources that use it.',
  ),
  who: notYet(
    'list who holds roles at a scope',
    'show NAME lists the roles of one identity; az role assignment list --scope SCOPE lists all there.',
  ),
  subscriptions: {
    message: 'Identity Desk looks in every subscription that it sees.',
    next: 'Narrow a command with --subscription NAME; list shows which subscription each identity is in.',
  },
  signIn: {
    message: 'There is nothing to sign in to: Identity Desk knows you by your chat account.',
    next: 'whoami shows who you are to it and what you may do.',
  },
  groups: {
    message: 'Identity Desk creates a resource group together with an identity only.',
    next: 'Type: create NAME -g GROUP --create-group -l westeurope',
  },
  roleDefinitions: {
    message: 'Identity Desk does not change role definitions.',
    next: 'roles TEXT finds those that there are; for others use az role definition.',
  },
  people: {
    message: 'Identity Desk assigns roles to managed identities only, not to people, groups or apps.',
    next: 'Name an identity, or use Azure’s own access control for this.',
  },
} satisfies Readonly<Record<string, Unsupported>>;

const words: Readonly<Record<string, Unsupported>> = {
  update: unsupported.update,
  tag: unsupported.update,
  tags: unsupported.update,
  credential: unsupported.credential,
  credentials: unsupported.credential,
  'federated-credential': unsupported.credential,
  attach: unsupported.attach,
  detach: unsupported.detach,
  who: unsupported.who,
  extend: notYet('extend a grant', 'Request it again with grant NAME --role R --scope S --for 4h.'),
  end: notYet('end a temporary grant by this word', 'Type: revoke NAME --role R --scope S'),
  report: notYet('report on identities', 'list finds them by tag and group; show NAME tells what uses one.'),
  graph: notYet('draw who can do what', 'show NAME lists the roles of an identity and the resources that use it.'),
  export: notYet('give a request as code', 'request ID shows the exact changes.'),
  audit: notYet('search the record', 'request ID shows the history of one; requests all lists them.'),
  explain: notYet(
    'explain a line without asking',
    'whoami shows which rules hold for you; a write shows its plan first.',
  ),
  rename: { message: 'Azure cannot rename an identity.', next: 'Create a new one, then delete the old.' },
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

/** What does it instead, for a word (in lower case) that is no command; undefined for one that nobody would expect to be. */
export function unsupportedCommand(word: string): Unsupported | undefined {
  return Object.hasOwn(words, word) ? words[word] : undefined;
}
