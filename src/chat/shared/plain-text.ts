// Text from anywhere, made fit to be shown in any chat.

/** A string without control and direction characters: a name must not turn what follows it around. */
export function plain(text: string): string {
  return (
    text
      .toWellFormed()
      // The two joiners stay: scripts and emoji need them.
      .replace(/(?![\n\t\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
  );
}

/** Cuts to so many UTF-16 units, with an ellipsis that shows it; never through a character. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  let kept = text.slice(0, most - 1);
  if (/[\uD800-\uDBFF]$/.test(kept)) kept = kept.slice(0, -1);
  return `${kept}…`;
}
