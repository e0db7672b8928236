// Text that a database can keep.

import type { Interaction } from './chat.ts';

/** The interaction without half characters and NUL, which people do paste. */
export function wellFormed<I extends Interaction>(interaction: I): I {
  const clean = (text: string) => text.toWellFormed().replaceAll('\u0000', '');
  if (interaction.kind === 'text') return { ...interaction, text: clean(interaction.text) };
  const fields = Object.fromEntries(Object.entries(interaction.fields).map(([name, value]) => [name, clean(value)]));
  return { ...interaction, fields };
}
