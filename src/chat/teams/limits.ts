// What Teams allows, in one table of numbers. Undocumented ones are marked.

export const LIMITS = {
  /**
   * Bytes of a card's JSON. Bot messages may have 100 KB of UTF-16 (learn.microsoft.com, "Format your bot messages"), other
   * ways into Teams about 28 KB: the smaller one holds everywhere.
   */
  cardBytes: 28 * 1024,
  /** Buttons in one row of actions (Teams shows six, Microsoft's parser of cards wants five). */
  actionsPerSet: 5,
  /** A button's title is cut by phones at about this many characters (undocumented). */
  buttonTitle: 60,
  /** Characters of one plain text message that a phone still shows without folding it (undocumented). */
  messageText: 4000,
  /** Bytes of an activity that is taken in: the largest message of Teams is about 100 KB. */
  inboundBytes: 512 * 1024,
  /** How long its body may take to arrive. */
  inboundBodyMs: 10_000,
  /** Teams gives a bot 10 to 15 s for an invoke (learn.microsoft.com, "Manage a long-running operation"). */
  turnMs: 10_000,
  /** After this long a person should see that something happens. */
  typingMs: 2_000,
  /** How long the end waits for answers under way. */
  closeMs: 3_000,
  /** How long one call to the Bot Connector may take. */
  connectorMs: 15_000,
  /** The wait before a second try where Teams names none, and the longest that is worth waiting with a person before it. */
  retryMs: 500,
  longestRetryMs: 2_000,
  /** Commands that one command list of the app manifest may have (schema 1.29). */
  manifestCommands: 12,
  /** Characters of a command's title and description in the manifest (schema 1.29). */
  manifestCommandTitle: 32,
  manifestCommandDescription: 128,
} as const;
