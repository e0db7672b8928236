// explain: what the policy says of a line and why, without requesting it.

import { explanationCard } from '../cards/explanation-card.ts';
import { Fault } from '../errors.ts';
import { defineRead } from '../grammar/define.ts';

/** The name in the policy's rules for explaining a line for somebody else, which shows what that person would see. */
export const explainOthers = 'explain-others';

/** A choice of the explained line asks for another explanation; by itself it would request the change. */
function explainingChoices(fault: Fault, as: string | undefined): Fault {
  const { choices } = fault.details;
  if (!choices) return fault;
  const prefix = as === undefined ? 'explain' : `explain --as ${as}`;
  const again = choices.map(({ label, command }) => ({ label, command: `${prefix} ${command}` }));
  return new Fault(fault.code, fault.message, { ...fault.details, choices: again });
}

export const explain = defineRead({
  name: 'explain',
  looksAt: 'line',
  summary: 'Explain whether the policy allows a command, and who would be asked',
  examples: [
    'explain grant uami-orders --role Owner --scope rg-payments',
    'explain az role assignment create --assignee uami-orders --role Reader --scope rg-payments',
    'explain --as megan@contoso.com delete uami-orders',
  ],
  params: {
    line: {
      kind: 'line',
      label: 'Command',
      about: 'the whole command to explain',
      position: 0,
      isRequired: true,
      example: 'grant uami-orders --role Reader --scope rg-payments',
    },
    as: {
      kind: 'word',
      label: 'For another person',
      about: 'the email of another person, if the policy lets you explain for others',
      flags: ['--as'],
      example: 'megan@contoso.com',
    },
  },
  async run({ explainLine, person }, { line, as }) {
    if (!explainLine) throw new Error('explain was run without the reader of lines');
    try {
      return explanationCard(await explainLine(line, as), person.key);
    } catch (error) {
      throw error instanceof Fault ? explainingChoices(error, as) : error;
    }
  },
});
