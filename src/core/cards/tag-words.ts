// Tags as one line in which a value cannot imitate another tag.

/** ‘team=orders, env=prod’; ambiguous parts, such as a value with a comma, are quoted. */
export function tagWords(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => `${word(key)}=${word(value)}`)
    .join(', ');
}

function word(text: string): string {
  return /^(?! )[^",=\n\t]*(?<! )$/.test(text) && !text.includes('  ') ? text : JSON.stringify(text);
}
