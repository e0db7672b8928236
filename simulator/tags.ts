// Azure's limits on tags (azure-docs resource-name-rules): 50 of them, name ≤ 512, value ≤ 256 characters, no <>%&\?/ in a name,
// no reserved prefix, no two names that differ in their case alone.

import { z } from 'zod';
import { ArmError } from './errors.ts';
import type { Tags } from './world/types.ts';

export const tagsSchema = z.record(z.string(), z.string()).nullish();

/** Throws the 400 for tags that Azure would not take. The codes other than InvalidTagNameCharacters are own words. */
export function checkTags(tags: Tags): Tags {
  const names = Object.keys(tags);
  if (names.length > 50) {
    throw new ArmError(400, 'TooManyTags', `A resource can have at most 50 tags; ${names.length} were given.`);
  }
  const bad = names.filter((name) => /[<>%&\\?/]/.test(name));
  if (bad.length > 0) {
    throw new ArmError(
      400,
      'InvalidTagNameCharacters',
      `The tag names '${bad.join(',')}' have reserved characters '<,>,%,&,\\,?,/' or control characters.`,
    );
  }
  const reserved = names.filter((name) => /^(microsoft|azure|windows)/i.test(name));
  if (reserved.length > 0) {
    throw new ArmError(
      400,
      'InvalidTagName',
      `The tag names '${reserved.join(',')}' begin with a reserved prefix: 'microsoft', 'azure' or 'windows'.`,
    );
  }
  const twins = names.filter((name) =>
    names.some((other) => other !== name && other.toLowerCase() === name.toLowerCase()),
  );
  if (twins.length > 0) {
    throw new ArmError(
      400,
      'DuplicateTagName',
      `The tag names '${twins.join(',')}' differ in their case alone: tag names have none.`,
    );
  }
  for (const [name, value] of Object.entries(tags)) {
    if (name.length > 512)
      throw new ArmError(400, 'InvalidTagName', `The tag name '${name}' is longer than 512 characters.`);
    if (value.length > 256) {
      throw new ArmError(400, 'InvalidTagValue', `The value of the tag '${name}' is longer than 256 characters.`);
    }
  }
  return tags;
}
