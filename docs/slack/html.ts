// HTML template strings. Interpolated values are escaped, except other templates.

export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Part[] | undefined;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function inserted(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'object') return 'html' in part ? part.html : part.map(inserted).join('');
  return String(part).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/** A piece of HTML. Strings and numbers are escaped for text and quoted attributes; other pieces are inserted as they are. */
export function html(strings: TemplateStringsArray, ...context: readonly Part[]): Html {
  return { html: strings.map((text, index) => `${text}${inserted(context[index])}`).join('') };
}
