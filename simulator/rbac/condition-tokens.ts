// The words and marks of a condition. Each pattern reads on from where the last one ended, so that the time is that of the length.

/** Whose attribute it is. */
export type Source = 'Request' | 'Resource' | 'Principal' | 'Environment';

export type Token =
  | { kind: 'mark' | 'word' | 'string'; text: string }
  | { kind: 'attribute'; source: Source; text: string };

const pattern =
  /\s+|(?<mark>&&|\|\||[!(){},])|'(?<string>[^']*)'|@(?<source>Request|Resource|Principal|Environment)\s*\[(?<name>[^[\]']+)\]|(?<word>[\w.:/-]+)/iy;

const sources: readonly Source[] = ['Request', 'Resource', 'Principal', 'Environment'];

/** The tokens of a text; undefined where there is something else in it. */
export function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const groups = pattern.exec(text)?.groups;
    if (!groups) return undefined;
    const { mark, string, source, name, word } = groups;
    if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
    else if (string !== undefined) tokens.push({ kind: 'string', text: string });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (name !== undefined) {
      const known = sources.find((one) => one.toLowerCase() === source?.toLowerCase());
      if (!known || name.trim() === '') return undefined;
      tokens.push({ kind: 'attribute', source: known, text: name.trim() });
    }
  }
  return tokens;
}
