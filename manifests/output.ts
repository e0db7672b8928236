// What the generators hand to build.ts: files with their content. Nothing here reads or writes one.

export interface Output {
  /** From the project's root. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

export interface Outputs {
  /** The same for everybody: they lie in the repository, and --check looks at them. */
  readonly checkedIn: readonly Output[];
  /** Made for one installation. */
  readonly built: readonly Output[];
  /** What is less than it might seem, told whenever the manifests are built or checked. */
  readonly warnings?: readonly string[];
  /** For the one who has run it: what to do next. */
  readonly hints: readonly string[];
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
