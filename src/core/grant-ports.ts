// The port for temporary grants.

import type { Grant } from './model/grant.ts';

interface GrantQuery {
  readonly state?: Grant['state'];
  /** Those that gave something to this identity, by its ARM id. */
  readonly identityId?: string;
  /** Those that made the thing with this ARM id. */
  readonly subjectId?: string;
  /** Those of this person's requests. */
  readonly requesterKey?: string;
  /** Those whose end is not after this time (ISO 8601). */
  readonly endsBefore?: string;
  readonly limit: number;
}

/** Reads temporary grants. They are changed with their request (`Requests.change`). */
export interface Grants {
  /** Those that end first come first. */
  list(query: GrantQuery): Promise<readonly Grant[]>;
}
