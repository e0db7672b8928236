// Makes text from any source safe to display in chats and logs. Invisible characters are shown by their codes, so that different names
// look different; right-to-left words are isolated, so that they do not reorder the text around them.

/** Right-to-left scripts with their digits and marks. */
const rtl = String.raw`\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}`;
const unseen = String.raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}`;

/** Persian and Urdu separate two joining letters with a ZWNJ; elsewhere in Arabic script it has no visible effect. */
const arabicJoiner = String.raw`(?<=[ئبتثجحخسشصضطظعغفقكلمنهىيپٹچڤکگںھہی])\u200C(?=[ء-يٹ-ی])`;
/** A joiner after a virama chooses between two shapes of an Indic letter (RFC 5892, appendix A.1 and A.2). */
const indicJoiner = String.raw`(?<=[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA])[\u200C\u200D](?=\p{L})`;

const rtlSign = String.raw`[[${rtl}\p{M}]--[${unseen}]]`;
const rtlRun = String.raw`[[${rtl}]--[${unseen}]](?:(?:[${rtlSign} '’.\-]|${arabicJoiner})*${rtlSign})?`;

/** In this order: kept, isolated, shown by code. More than six marks on a letter would cover the lines around it. */
const parts = new RegExp(
  [
    String.raw`(?<kept>\p{RGI_Emoji}|\u2068${rtlRun}\u2069|${indicJoiner}|[\n\t])`,
    `(?<apart>${rtlRun})`,
    String.raw`(?<hidden>[${unseen}\u2800[\p{Zs}--[ \u3000]]]|(?<=\p{M}{6})\p{M})`,
  ].join('|'),
  'gv',
);

/** First Strong Isolate and Pop Directional Isolate. Source: Unicode UAX #9. */
const isolate = { open: '\u2068', close: '\u2069' } as const;

function coded(sign: string): string {
  return `[U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

const lookalike =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;
const latin = /\p{Script=Latin}/u;

/** Adds the codes of the rarer alphabet’s letters to a word of two similar alphabets: a Cyrillic О in ‘Оwner’ is visible. */
function markLookalikes(word: string, at: number, text: string): string {
  const last = Array.from(word).at(-1) ?? '';
  // Already marked.
  if (text.startsWith(coded(last), at + word.length))
    return `${markLookalikes(word.slice(0, -last.length), 0, '')}${last}`;
  if (!lookalike.test(word) || !latin.test(word)) return word;
  const signs = Array.from(word);
  const count = (letters: RegExp) => signs.filter((sign) => letters.test(sign)).length;
  const isLatinRarer = count(latin) < count(lookalike);
  return signs.map((sign) => ((isLatinRarer ? latin : lookalike).test(sign) ? `${sign}${coded(sign)}` : sign)).join('');
}

/**
 * Text without invisible characters: control, format and ignorable characters and unusual spaces are shown as [U+200B], and
 * right-to-left words are isolated. Emoji, joiners that a script needs, line breaks and tabs are kept. Idempotent.
 */
export function plain(text: string): string {
  if (/^[\n\t\x20-\x7E]*$/.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\p{L}\p{M}]+/gu, markLookalikes)
    .replace(parts, (part, ...rest) => {
      const { apart, hidden } = rest.at(-1) as { apart?: string; hidden?: string };
      if (hidden !== undefined) return coded(hidden);
      return apart === undefined ? part : `${isolate.open}${apart}${isolate.close}`;
    });
}

/** The same as one line: line breaks are shown as ↵ and runs of spaces are counted, so that text cannot imitate other lines. */
export function plainLine(text: string): string {
  return plain(text)
    .replace(/ *\n */g, ' ↵ ')
    .replaceAll('\t', '⇥')
    .replace(/ {3,}/g, (blanks) => `[${blanks.length} spaces]`);
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cuts to at most `most` UTF-16 units with an ellipsis, never inside a character; open isolates are closed. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = (length: number) =>
    text.slice(0, graphemes.segment(text.slice(0, length + 64)).containing(length)?.index);
  const isOpen = (kept: string) => kept.lastIndexOf(isolate.open) > kept.lastIndexOf(isolate.close);
  const kept = cut(most - 1);
  if (!isOpen(kept)) return `${kept}…`;
  const shorter = cut(most - 2);
  if (!isOpen(shorter)) return `${shorter}…`;
  return shorter.endsWith(isolate.open) ? `${shorter.slice(0, -1)}…` : `${shorter}${isolate.close}…`;
}
