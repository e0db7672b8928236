// Command lines with flags, one per line where they are long.

/** Longest line that is left whole, in characters. */
const longest = 100;

/** A command of words and flags, already quoted, folded by the shell's own line end. */
export function commandLine(
  words: string,
  flags: readonly string[],
  lineEnd: ' \\' | ' `',
  prefix = '',
  suffix = '',
): string {
  const whole = `${prefix}${[words, ...flags].join(' ')}${suffix}`;
  if (whole.length <= longest) return whole;
  return `${prefix}${[words, ...flags.map((flag) => `  ${flag}`)].join(`${lineEnd}\n`)}${suffix}`;
}
