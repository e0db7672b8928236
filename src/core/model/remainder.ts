// What still refers to something that was deleted, found when it was looked for at the end.

/** `name`: in words, without ids. `unread`: that could not be looked up. */
export interface Remainder {
  readonly kind: 'role' | 'resource' | 'unread';
  readonly name: string;
  /** Its ARM id. */
  readonly id?: string;
}
