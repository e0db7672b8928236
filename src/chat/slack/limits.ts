// Slack's limits in one table (docs.slack.dev, "Block Kit reference" and "Rate limits"; the JSDoc of
// @slack/types). Undocumented ones are marked. Lengths are in characters, times in milliseconds.

/** Slack's limits, and the adapter's own timeouts. */
export const LIMITS = {
  messageBlocks: 50,
  /** Of a modal and of the Home tab. */
  viewBlocks: 100,
  /** Bytes of a view's JSON: 250 KB, with room for what Slack adds. */
  viewBytes: 240_000,
  viewTitle: 24,
  /** Submit and close of a modal. */
  viewButton: 24,
  privateMetadata: 3_000,
  /** callback_id, external_id, block_id and action_id. */
  id: 255,
  header: 150,
  textObject: 3_000,
  sectionFields: 10,
  sectionField: 2_000,
  actionsElements: 25,
  contextElements: 10,
  buttonText: 75,
  /** The part of a button's text that phones and narrow windows show. */
  buttonTextShown: 30,
  buttonValue: 2_000,
  buttonUrl: 3_000,
  accessibilityLabel: 75,
  selectOptions: 100,
  optionText: 75,
  /** The reference says 150, the SDK 75: longer values are packed, and what is longer than 150 even then is not offered. */
  optionValue: 150,
  optionValueSafe: 75,
  checkboxes: 10,
  placeholder: 150,
  inputLabel: 2_000,
  inputHint: 2_000,
  inputText: 3_000,
  tableRows: 100,
  tableColumns: 20,
  /** All cells of a table together. */
  tableText: 10_000,
  /** Of one cell, to keep tables readable (not a limit of Slack). */
  tableCell: 300,
  /** A message has room for one table block; views for none (undocumented). */
  tablesPerMessage: 1,
  /** Characters of one rich_text block (undocumented; a section has 3,000). */
  richText: 3_000,
  /** Characters of all blocks of a message or view together: from about 13,000 Slack answers msg_blocks_too_long (undocumented). */
  allText: 12_000,
  /** A message's own text, which notifications show; Slack cuts at 40,000. */
  messageText: 3_000,
  /** The largest accepted request body in bytes. */
  inboundBytes: 1_048_576,
  /** The tolerated deviation of a signed request's timestamp. */
  clockSkewMs: 5 * 60_000,
  /** Of typed text passed on; a message has at most 40,000. */
  typedText: 100_000,
  /** A trigger_id expires after 3 s: not used after this long. */
  triggerMs: 2_500,
  /** Until a loading view is opened; until a “working” message is sent. */
  loadingMs: 200,
  workingMs: 1_000,
  /** A view_submission must be acknowledged within 3 s: after this long it shows “Working on it…”. */
  submitMs: 1_500,
  /** Options must be returned within 3 s; people expect them in half a second. */
  suggestMs: 450,
  /** A response_url expires after 30 min. */
  responseUrlMs: 30 * 60_000,
  /** One call to the Web API, and one post to a response_url. */
  callMs: 10_000,
  /** Timeout of the upload of one file; characters of what is said of it to those who cannot see it. */
  uploadMs: 30_000,
  altText: 1_000,
  /** The retry delay where Slack specifies none, and the longest one that an interactive answer waits for. */
  retryMs: 1_000,
  longestRetryMs: 3_000,
  /** Timeout for reading a request's body. */
  bodyMs: 3_000,
  /** Interval of auth.test retries, where Slack is not reachable at the start. */
  reconnectMs: 5_000,
  /** How long shutdown waits for answers in progress. */
  closeMs: 3_000,
  /** How long channel membership and looked-up users are cached. */
  membershipMs: 60_000,
  /** Changes of a Home tab within this time are published together. */
  homeMs: 1_000,
  /** How many recently opened tabs are refreshed when any request changes, and for how long. views.publish allows 100+ per minute. */
  recentHomes: 20,
  recentHomeMs: 10 * 60_000,
} as const;
