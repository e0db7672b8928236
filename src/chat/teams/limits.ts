// Teams' limits in one table. Undocumented ones are marked.

/** Teams' limits, and the adapter's own timeouts. */
export const LIMITS = {
  /**
   * Bytes of a card's JSON. Bot messages may have 100 KB of UTF-16 (learn.microsoft.com, "Format your bot messages"), other
   * APIs of Teams about 28 KB; the smaller limit is used.
   */
  cardBytes: 28 * 1024,
  /** Buttons in one row of actions (Teams shows six, Microsoft's card parser allows five). */
  actionsPerSet: 5,
  /** Characters of a button's title that phones show (undocumented). */
  buttonTitle: 60,
  /** Characters of a text message that phones show without collapsing it (undocumented). */
  messageText: 4000,
  /** The largest accepted activity in bytes: Teams' largest message is about 100 KB. */
  inboundBytes: 512 * 1024,
  /** Timeout for reading a request's body. */
  inboundBodyMs: 10_000,
  /** Teams gives a bot 10 to 15 s for an invoke (learn.microsoft.com, "Manage a long-running operation"). */
  turnMs: 10_000,
  /** After this long the typing indicator is sent. */
  typingMs: 2_000,
  /** How long shutdown waits for answers in progress. */
  closeMs: 3_000,
  /** Timeout of one call to the Bot Connector. */
  connectorMs: 15_000,
  /** An image in a message: pixels of its longer side, bytes. */
  imagePx: 1_024,
  imageBytes: 1_000_000,
  /** Offered files: how many bytes of them are kept, and how long; the timeout of an upload. */
  offeredBytes: 32 * 1024 * 1024,
  offerMs: 15 * 60_000,
  uploadMs: 30_000,
  /** The retry delay where Teams specifies none, and the longest one that an interactive answer waits for. */
  retryMs: 500,
  longestRetryMs: 2_000,
  /** Commands in one command list of the app manifest (schema 1.29). */
  manifestCommands: 12,
  /** Characters of a command's title and description in the manifest (schema 1.29). */
  manifestCommandTitle: 32,
  manifestCommandDescription: 128,
} as const;
