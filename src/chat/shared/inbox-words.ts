// What people are told of a delivery that was not taken, or not answered. The same in each chat.

/** It could not be recorded: told in the acknowledgement, or beside it. */
export const NOT_TAKEN =
  'This was not taken: the database is temporarily unavailable. Nothing was changed. Try again in a minute.';

/** The bot stopped again and again while it worked on it. */
export const GAVE_UP =
  'Something you sent could not be answered: Identity Desk stopped while it worked on it. Check with requests whether anything was changed before you try again.';
