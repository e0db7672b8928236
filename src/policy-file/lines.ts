// Where in its text something of a policy stands, so that every mistake and warning names a line.

import { isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** A path into the file: `['rules', 0, 'roles', 1]`. */
type Path = readonly PropertyKey[];

/** The lines of a text that is valid YAML. */
export interface PolicyLines {
  /** The line of the node at a path or, where there is none, of what it would be in. */
  lineOf(path: Path): number;
  /** The texts of a list, each with its line. A single text counts as a list of one. */
  textsAt(path: Path): readonly { readonly text: string; readonly line: number }[];
}

/** Finds lines in a policy's text. */
export function linesOf(text: string): PolicyLines {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const lineOf = (path: Path): number => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
    }
    return 1;
  };
  return {
    lineOf,
    textsAt(path) {
      const node = document.getIn(path, true);
      const items = isSeq(node) ? node.items : [node];
      return items.flatMap((item, index) =>
        isScalar(item) && typeof item.value === 'string'
          ? [{ text: item.value.trim(), line: lineOf(isSeq(node) ? [...path, index] : path) }]
          : [],
      );
    },
  };
}
