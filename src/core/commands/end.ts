// end: ends a temporary grant now. Who asked for it does so at once; for others it is a removal of the role (end-access.ts).

import type { RequestActionDefinition } from '../grammar/define.ts';
import { grantParam } from './params.ts';

export const end: RequestActionDefinition = {
  name: 'end',
  writes: 'request',
  verb: 'request.end',
  label: 'End now',
  summary: 'End a temporary role now',
  examples: ['end R-7K3F9Q', 'end R-7K3F9Q.2'],
  params: { id: grantParam },
};
