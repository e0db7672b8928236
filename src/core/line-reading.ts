// What a typed line is, for a chat that does not know the commands.

/** The interpretation of a typed line. Nothing is executed or authorised. */
export interface LineReading {
  /** The line without a trailing `--public`. */
  readonly text: string;
  /** It requests a change in Azure, so there will be a request card. */
  readonly isWrite: boolean;
  /** It changes something, in Azure or of a request, in the order in which the person sent it: so not “that was not me”. */
  readonly isChange: boolean;
  /** It ends with `--public`: its request's card or its answer is visible to everybody in the conversation. */
  readonly isPublic: boolean;
  /** A read with `--public`: the answer is visible to everybody. */
  readonly isShown: boolean;
  /** The command whose form to open: the line is a command alone that has required parameters. */
  readonly form?: string;
}
