// Removes what surrounds a pasted command: a shell prompt, code block marks, the name of the bot.

/** Prompts of PowerShell, cmd, bash and Azure's Cloud Shell. */
const prompt =
  /^(?:PS(?:\s[^>\n]{0,200})?>|[A-Z]:\\[^>\n]{0,200}>|[\w.-]{1,64}@[\w.-]{1,64}:[^\s$]{0,200}\$|[\w.-]{1,64} \[ [^\]\n]{0,200} \]\$|\$|>)\s+(?=\S)/i;

/** The command in a line, without a prompt, code block marks, or the name of the bot. */
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
      // In “@Identity Desk, list” and “/identity list” the name is not part of the command.
      .replace(/^[\s,:;]+/, '')
      .replace(/^\/?identity\s+(?=\S)/i, '')
      .replace(prompt, '')
  );
}
