// Text from anywhere, made fit to be shown in any chat, in the log, anywhere: every string that people read passes it. What nobody
// would see is made visible, so that two names that differ look different; what would reorder its neighbours is kept apart.

/** Scripts that are written from right to left, with their digits and marks. */
const rtl = String.raw`\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}`;
const unseen = String.raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}`;

/** Persian and Urdu part two letters that would join with a ZWNJ; elsewhere in Arabic script it changes nothing that one sees. */
const arabicJoiner = String.raw`(?<=[ئبتثجحخسشصضطظعغفقكلمنهىيپٹچڤکگںھہی])\u200C(?=[ء-يٹ-ی])`;
/** A joiner after a virama chooses between two shapes of an Indic letter (RFC 5892, appendix A.1 and A.2). */
const indicJoiner = String.raw`(?<=[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA])[\u200C\u200D](?=\p{L})`;

const rtlSign = String.raw`[[${rtl}\p{M}]--[${unseen}]]`;
const rtlRun = String.raw`[[${rtl}]--[${unseen}]](?:(?:[${rtlSign} '’.\-]|${arabicJoiner})*${rtlSign})?`;

/** In this order: what stays, what is kept apart, what is made visible. Marks are not piled up over the lines around them. */
const parts = new RegExp(
  [
    String.raw`(?<kept>\p{RGI_Emoji}|\u2068${rtlRun}\u2069|${indicJoiner}|[\n\t])`,
    `(?<apart>${rtlRun})`,
    String.raw`(?<hidden>[${unseen}\u2800[\p{Zs}--[ \u3000]]]|(?<=\p{M}{6})\p{M})`,
  ].join('|'),
  'gv',
);

/** First Strong Isolate and Pop Directional Isolate: what stands between them moves nothing around it. Source: Unicode UAX #9. */
const isolate = { open: '\u2068', close: '\u2069' } as const;

function coded(sign: string): string {
  return `[U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

const lookalike =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;
const latin = /\p{Script=Latin}/u;

/** A word of two alphabets whose letters look alike has the code beside each letter of the rarer one: ‘Оwner’ is not ‘Owner’. */
function told(word: string, at: number, text: string): string {
  const last = Array.from(word).at(-1) ?? '';
  // Marked before: it is not marked twice.
  if (text.startsWith(coded(last), at + word.length)) return `${told(word.slice(0, -last.length), 0, '')}${last}`;
  if (!lookalike.test(word) || !latin.test(word)) return word;
  const signs = Array.from(word);
  const count = (letters: RegExp) => signs.filter((sign) => letters.test(sign)).length;
  const isLatinRarer = count(latin) < count(lookalike);
  return signs.map((sign) => ((isLatinRarer ? latin : lookalike).test(sign) ? `${sign}${coded(sign)}` : sign)).join('');
}

/**
 * The same text without anything invisible: control, format and ignorable characters and odd blanks are shown as [U+200B], and
 * words written from right to left are isolated. Emoji and the joiners that a script needs stay; so do line breaks and tabs.
 * What it gave it gives again.
 */
export function plain(text: string): string {
  if (/^[\n\t\x20-\x7E]*$/.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\p{L}\p{M}]+/gu, told)
    .replace(parts, (part, ...rest) => {
      const { apart, hidden } = rest.at(-1) as { apart?: string; hidden?: string };
      if (hidden !== undefined) return coded(hidden);
      return apart === undefined ? part : `${isolate.open}${apart}${isolate.close}`;
    });
}

/** The same as one line: a break is shown as a sign and a run of blanks is counted, so that no text can lay out lines of its own. */
export function plainLine(text: string): string {
  return plain(text)
    .replace(/ *\n */g, ' ↵ ')
    .replaceAll('\t', '⇥')
    .replace(/ {3,}/g, (blanks) => `[${blanks.length} spaces]`);
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cuts to so many UTF-16 units, with an ellipsis that shows it; never through a character, and never leaving an isolate open. */
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
