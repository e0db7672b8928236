// The numbers of the advisory locks that the bot takes in PostgreSQL. They share one space in a database, so they stand in one place.

export const advisoryLocks = {
  /** Held by the process that owns the embedded server. */
  embeddedServerOwner: 7_204_311,
  /** Held, shared, by every bot process on a database. */
  botInstance: 7_204_312,
  /** Held while a database is marked as a sandbox's or a real bot's. */
  databaseUse: 7_204_313,
} as const;
