// Implements the core's `Clock` port with the system clock.

import type { Clock } from './core/ports.ts';

export const clock: Clock = { now: () => new Date() };
