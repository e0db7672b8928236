// How ids and names are compared: whatever the case of A to Z, and of nothing else. Unicode's own lower case makes a Kelvin sign a
// k, so that with toLowerCase a name that only looks alike would be taken for the one that a policy or Azure means.

/** The text in the form in which ids and names are compared. */
export function fold(text: string): string {
  // Almost every text is ASCII, and toLowerCase is quicker.
  return /^[\0-\x7f]*$/.test(text) ? text.toLowerCase() : text.replace(/[A-Z]+/g, (part) => part.toLowerCase());
}

/** True where two ids, or two names, are the same. Two that are not known are never the same as one that is. */
export function sameName(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined ? a === b : fold(a) === fold(b);
}
