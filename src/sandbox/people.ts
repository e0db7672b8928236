// The sandbox's people, read from a file that can be edited.

import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { fold } from '../core/model/fold.ts';

const email = z.email().transform((address) => fold(address));

const schema = z
  .strictObject({
    tenant: z.guid(),
    asks: email,
    approves: email,
    people: z.array(z.strictObject({ id: z.guid(), name: z.string().min(1), email })).min(6),
  })
  .superRefine(({ asks, approves, people }, context) => {
    for (const [key, address] of Object.entries({ asks, approves })) {
      if (!people.some((person) => person.email === address)) {
        context.addIssue({ code: 'custom', path: [key], message: `${address} is not in people` });
      }
    }
  });

/** The sandbox's tenant and people, and who uses which client. */
export type SandboxPeople = z.output<typeof schema>;

/** Reads the file. Throws an Error that names the file and each mistake. */
export async function readPeople(file: string): Promise<SandboxPeople> {
  const result = schema.safeParse(parse(await readFile(file, 'utf8')));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`);
  throw new Error(problems.join('\n'));
}
