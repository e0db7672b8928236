// Where the pages are, below the bot's public address.

import { signInPath } from '../core/sign-in/ticket.ts';

export const paths = {
  look: signInPath,
  style: `${signInPath}/style.css`,
  start: `${signInPath}/start`,
  callback: `${signInPath}/callback`,
  result: `${signInPath}/result`,
  confirm: `${signInPath}/confirm`,
} as const;
