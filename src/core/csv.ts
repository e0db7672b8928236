// CSV (RFC 4180) for a spreadsheet: so no cell may be taken for a formula.

/** A line of cells, with its line end. */
export function csvLineOf(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map((cell) => `"${harmless(String(cell ?? '')).replaceAll('"', '""')}"`).join(',')}\r\n`;
}

/**
 * Text that no spreadsheet takes for a formula: OWASP's “CSV injection”, with the wide forms that some take as well. Where a list
 * separator is a semicolon, a spreadsheet begins a new cell after each, whatever the quotes say.
 */
function harmless(text: string): string {
  const start = /^[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^-?\d+$/.test(text) ? `'${text}` : text;
  return start.replace(/([;\t\r\n]["\s]*)(?=[=+\-@＝＋－＠])/g, "$1'");
}
