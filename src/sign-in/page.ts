// The pages of a sign-in, as HTML without any script. Whatever comes from a person or from Azure is escaped, and shown without
// invisible characters.

import { plainLine } from '../core/plain-text.ts';

/** HTML that is safe to be put into a page as it is. */
export interface Html {
  readonly html: string;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML. */
function escaped(text: string): string {
  return plainLine(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? '');
}

type Part = string | Html | readonly Html[];

/** A template whose values are escaped, unless they are HTML themselves. */
export function html(parts: TemplateStringsArray, ...values: readonly Part[]): Html {
  const of = (value: Part) =>
    typeof value === 'string' ? escaped(value) : 'html' in value ? value.html : value.map((one) => one.html).join('');
  return { html: parts.reduce((text, part, index) => `${text}${of(values[index - 1] ?? '')}${part}`) };
}

/** Label and value, one below the other. */
export function factList(facts: readonly { readonly label: string; readonly value: string }[]): Html {
  return html`<dl>${facts.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Closed until the reader opens it. */
export function folded(title: string, inner: Html): Html {
  return html`<details><summary>${title}</summary>${inner}</details>`;
}

/** A form with one button, and hidden fields. */
export function form(action: string, label: string, fields: Readonly<Record<string, string>>): Html {
  const inputs = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form method="post" action="${action}">${inputs}<button type="submit">${label}</button></form>`;
}

/** What a page says before all else. */
export type Tone = 'plain' | 'good' | 'caution' | 'bad';

/** A whole page. */
export function page(
  title: string,
  body: Html,
  { stylePath, tone = 'plain' }: { stylePath: string; tone?: Tone },
): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Identity Desk</title>
<link rel="stylesheet" href="${stylePath}">
</head>
<body>
<main class="${tone}">
<p class="product">Identity Desk</p>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.html;
}

/** The style of all pages. */
export const style = `:root {
  color-scheme: light dark;
  --back: light-dark(#f3f4f6, #16181c);
  --card: light-dark(#ffffff, #202329);
  --text: light-dark(#1b1f24, #e8eaed);
  --quiet: light-dark(#57606a, #a6adb6);
  --line: light-dark(#d8dde3, #383d45);
  --action: light-dark(#0b57a4, #7ab7ff);
  --on-action: light-dark(#ffffff, #0c1a2b);
  --good: light-dark(#1a7f37, #56d364);
  --caution: light-dark(#9a6700, #e3b341);
  --bad: light-dark(#b3261e, #ff8a80);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  display: grid;
  place-items: center;
  padding: 1rem;
  background: var(--back);
  color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main {
  width: 100%;
  max-width: 34rem;
  padding: 1.75rem;
  background: var(--card);
  border: 1px solid var(--line);
  border-top: 4px solid var(--edge, var(--action));
  border-radius: .75rem;
  overflow-wrap: anywhere;
}
main.good { --edge: var(--good); }
main.caution { --edge: var(--caution); }
main.bad { --edge: var(--bad); }
.product { margin: 0; color: var(--quiet); font-size: .875rem; }
h1 { margin: .25rem 0 1rem; font-size: 1.375rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: .75rem 0; }
dl { margin: 1rem 0; border-top: 1px solid var(--line); }
dl div { display: flex; gap: 1rem; padding: .5rem 0; border-bottom: 1px solid var(--line); }
dt { flex: 0 0 9rem; color: var(--quiet); }
dd { margin: 0; }
summary { cursor: pointer; color: var(--quiet); }
ul { margin: .5rem 0; padding-left: 1.25rem; }
.warn { padding: .75rem 1rem; border-left: 4px solid var(--caution); background: var(--back); border-radius: .25rem; }
.code {
  margin: 1rem 0;
  padding: .75rem;
  text-align: center;
  font: 600 1.75rem/1.2 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  letter-spacing: .1em;
  background: var(--back);
  border: 1px solid var(--line);
  border-radius: .5rem;
}
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
button {
  width: 100%;
  margin-top: 1rem;
  padding: .75rem 1rem;
  font: inherit;
  font-weight: 600;
  color: var(--on-action);
  background: var(--action);
  border: 0;
  border-radius: .5rem;
  cursor: pointer;
}
button:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; }
.quiet { color: var(--quiet); font-size: .875rem; }
@media (max-width: 30rem) {
  main { padding: 1.25rem; }
  dl div { gap: .75rem; padding: .375rem 0; }
  dt { flex-basis: 6.5rem; }
}
`;
