// The numbers of the advisory locks that the bot takes in PostgreSQL. They share one space in a database, so they stand in one place.

export const advisoryLocks = {
  /** Held by the process that owns the embedded server. */
  embeddedServerOwner: 7_204_311,
  /** Held, shared, by every bot process on a database. */
  botInstance: 7_204_312,
  /** Held while a database is marked as a sandbox's or a real bot's. */
  databaseUse: 7_204_313,
  /** Held from the moment that an audit entry is given its number until its transaction ends. */
  auditChain: 7_204_314,
  /** Held while the owner's role migrates the database and grants the bot's role its rights. */
  ownerWork: 7_204_315,
  /** Held by the process that makes a checkpoint of the audit. */
  auditCheckpoint: 7_204_316,
} as const;
