// The generators' output for build.ts: files with their content.

/** A file to write. */
export interface Output {
  /** Relative to the project's root. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** The files of one chat. */
export interface Outputs {
  /** The same for every installation: kept in the repository and verified by --check. */
  readonly checkedIn: readonly Output[];
  /** For one installation; written to dist/. */
  readonly built: readonly Output[];
  /** Printed whenever the manifests are built or checked. */
  readonly warnings?: readonly string[];
  /** Printed after a build: what to do next. */
  readonly hints: readonly string[];
}

/** Indented JSON with a final newline. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
