// The port by which graphs become pictures.

/** A PNG of a graph in the DOT language whose boxes have places. Undefined: it could not be drawn. Never throws. */
export type DrawGraph = (dot: string) => Promise<Uint8Array | undefined>;
