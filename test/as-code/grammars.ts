// Real grammars of the languages that identities are exported as, for tests.

import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';

const { resolve } = createRequire(import.meta.url);

/** Where the grammar of each language is. */
const files = {
  bash: () => resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm'),
  powershell: () => resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-powershell.wasm'),
  bicep: () => resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'),
  terraform: () => resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm'),
};

export type GrammarName = keyof typeof files;

/** A parser that gives the first line at fault, or undefined where all of the text is of the language. */
export async function grammarOf(name: GrammarName): Promise<(text: string) => string | undefined> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(files[name]()));
  return (text) => {
    const tree = parser.parse(text);
    const fault = tree?.rootNode.descendantsOfType('ERROR')[0] ?? (tree?.rootNode.hasError ? tree.rootNode : undefined);
    const line = fault && text.split('\n')[fault.startPosition.row];
    tree?.delete();
    return line;
  };
}
