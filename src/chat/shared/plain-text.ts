// Cleans and shortens text from any source for display.

/** A string without control and bidi characters: a name must not change the direction of the text after it. */
export function plain(text: string): string {
  return (
    text
      .toWellFormed()
      // Keep the two joiners: some scripts and emoji need them.
      .replace(/(?![\n\t\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
  );
}

/** Cuts to at most `most` UTF-16 units with an ellipsis, never inside a surrogate pair. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  let kept = text.slice(0, most - 1);
  if (/[\uD800-\uDBFF]$/.test(kept)) kept = kept.slice(0, -1);
  return `${kept}…`;
}
