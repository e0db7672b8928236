// Tags as one text in which none can pass for two.

/** ‘team=orders, env=prod’: what would not be read as it is, such as a value with a comma, stands in quotes. */
export function tagWords(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => `${word(key)}=${word(value)}`)
    .join(', ');
}

function word(text: string): string {
  return /^(?! )[^",=\n\t]*(?<! )$/.test(text) && !text.includes('  ') ? text : JSON.stringify(text);
}
