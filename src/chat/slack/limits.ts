// What Slack allows, in one table of numbers (docs.slack.dev, "Block Kit reference" and "Rate limits"; the JSDoc of
// @slack/types). Undocumented ones are marked. Lengths are in characters, times in milliseconds.

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
  /** What of a button's text phones and narrow windows show. */
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
  /** Of one cell, so that a table stays a table (our own). */
  tableCell: 300,
  /** A message has room for one table block; views for none (undocumented). */
  tablesPerMessage: 1,
  /** Characters of one rich_text block (undocumented; a section has 3,000). */
  richText: 3_000,
  /** Characters of all blocks of a message or view together: from about 13,000 Slack answers msg_blocks_too_long (undocumented). */
  allText: 12_000,
  /** A message's own text, which notifications show; Slack cuts at 40,000. */
  messageText: 3_000,
  /** Raw bytes of a request that is taken in. */
  inboundBytes: 1_048_576,
  /** How far a signed request's time may be off in either direction. */
  clockSkewMs: 5 * 60_000,
  /** Of a typed line that is handed on; a message has at most 40,000. */
  typedText: 100_000,
  /** A trigger_id is good for 3 s: after so long it is not worth a try. */
  triggerMs: 2_500,
  /** Until a modal opens without its content; until a person is told that it takes longer. */
  loadingMs: 200,
  workingMs: 1_000,
  /** A form's submission must be acknowledged within 3 s: after so long "Working…" is shown. */
  submitMs: 1_500,
  /** Values for a field must come within 3 s; people expect them in half a second. */
  suggestMs: 450,
  /** A response_url is good for 30 min. */
  responseUrlMs: 30 * 60_000,
  /** One call to the Web API, and one post to a response_url. */
  callMs: 10_000,
  /** The wait where Slack names none, and the longest that is worth waiting with a person before it. */
  retryMs: 1_000,
  longestRetryMs: 3_000,
  /** Until a request's body must be there. */
  bodyMs: 3_000,
  /** Between two tries to learn who the bot is, where Slack does not answer at the start. */
  reconnectMs: 5_000,
  /** How long the end waits for answers under way. */
  closeMs: 3_000,
  /** How long membership in a channel and a verified profile are believed. */
  membershipMs: 60_000,
  /** Changes of somebody's Home tab within so long are shown together. */
  homeMs: 1_000,
  /** Whose tab is kept up with what others do: so many, who opened it within so long. views.publish takes 100 and more a minute. */
  recentHomes: 20,
  recentHomeMs: 10 * 60_000,
} as const;
