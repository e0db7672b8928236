// JSON as ARM reads it: with comments, names without quotes, texts over several lines and commas too many. The Azure CLI sends a
// template as it is in its file, after a `template:` without quotes.

const parts =
  /"((?:[^"\\]|\\[\s\S])*)"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*[}\]])|([A-Za-z_$][\w$]*)(?=\s*:)/g;

/** The value of a text that may be no strict JSON. Throws the SyntaxError of the strict reading where it is none either way. */
export function parseLenient(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const strict = text.replaceAll(parts, (_all, inside: string | undefined, name: string | undefined) => {
      if (inside !== undefined)
        return `"${inside.replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
      return name === undefined ? '' : `"${name}"`;
    });
    try {
      return JSON.parse(strict) as unknown;
    } catch {
      throw error;
    }
  }
}
