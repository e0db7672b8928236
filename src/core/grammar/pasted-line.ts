// What surrounds a command where people copy it from or address it: a shell's prompt, a code block's marks, the bot's name.

/** Prompts of PowerShell, cmd, bash and Azure's Cloud Shell. */
const prompt =
  /^(?:PS(?:\s[^>\n]{0,200})?>|[A-Z]:\\[^>\n]{0,200}>|[\w.-]{1,64}@[\w.-]{1,64}:[^\s$]{0,200}\$|[\w.-]{1,64} \[ [^\]\n]{0,200} \]\$|\$|>)\s+(?=\S)/i;

/** The command in a line, without a prompt, a code block's marks, or the name by which the bot was called. */
export function unwrapLine(line: string): string {
  const bare = line
    .trim()
    .replace(/^```(?:[a-z]+\n)?([\s\S]*?)```$/i, '$1')
    .replace(/^`([^`\n]*)`$/, '$1')
    .trim();
  return (
    bare
      .replace(/^(?:#.*\n\s*)+/, '')
      .replace(prompt, '')
      // “@Identity Desk, list” and “/identity list” are said where the name is no part of the command.
      .replace(/^[\s,:;]+/, '')
      .replace(/^\/?identity\s+(?=\S)/i, '')
      .replace(prompt, '')
  );
}
