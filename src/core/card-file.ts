// A file that goes with an answer: a list, a picture, code.

/** A file that goes with a card, made by the core. */
export interface CardFile {
  readonly name: string; // identities.csv
  readonly mediaType: string; // text/csv
  readonly content: string | Uint8Array;
  /** What it shows, for those who cannot see it. */
  readonly alt?: string;
}
