// A browser without scripts: keeps cookies by host and path as far as these pages need it, follows redirects, submits forms.

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

const decoded = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

export class Browser {
  readonly cookies = new Map<string, string>();
  /** Every address that was opened. */
  readonly visited: URL[] = [];

  /** Opens an address and follows redirects. Cookies are kept by port, as the servers of a test differ by it alone. */
  async open(address: string | URL, init: RequestInit = {}): Promise<Page> {
    let url = new URL(address);
    let options = init;
    for (let hops = 0; hops < 12; hops++) {
      this.visited.push(url);
      const own = [...this.cookies]
        .filter(([key]) => key.startsWith(`${url.port} `))
        .map(([key, value]) => `${key.split(' ')[1]}=${value}`);
      const response = await fetch(url, {
        ...options,
        redirect: 'manual',
        headers: {
          ...(options.headers as Record<string, string>),
          ...(own.length > 0 ? { cookie: own.join('; ') } : {}),
        },
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [name = '', value = ''] = (cookie.split(';', 1)[0] ?? '').split(/=(.*)/s);
        this.cookies.set(`${url.port} ${name}`, value);
      }
      const to = response.headers.get('location');
      if (to === null) return { url, status: response.status, text: await response.text(), headers: response.headers };
      await response.body?.cancel();
      url = new URL(to, url);
      options = {};
    }
    throw new Error('redirects do not end');
  }

  /** Presses the one button of a page. `more`: fields and headers that are changed. */
  submit(
    page: Page,
    more: { fields?: Readonly<Record<string, string>>; headers?: Readonly<Record<string, string>> } = {},
  ) {
    const action = /<form method="post" action="([^"]+)"/.exec(page.text)?.[1];
    if (action === undefined) throw new Error(`the page has no form: ${page.text}`);
    const fields = new URLSearchParams(
      [...page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
        ([, name = '', value = '']): [string, string] => [name, decoded(value)],
      ),
    );
    for (const [name, value] of Object.entries(more.fields ?? {})) fields.set(name, value);
    const headers = { origin: page.url.origin, 'sec-fetch-site': 'same-origin', ...more.headers };
    return this.open(new URL(action, page.url), { method: 'POST', body: fields, headers });
  }
}

/** The words of a page. */
export const words = ({ text }: Page): string =>
  decoded(text.replace(/<head>[\s\S]*<\/head>/, '').replace(/<[^>]+>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();

/** Opens a link and signs in. */
export async function signIn(url: string, browser = new Browser()): Promise<Page> {
  return browser.submit(await browser.open(url));
}

/** The code that a page shows. */
export const codeOn = (page: Page): string => /class="code">([^<]+)</.exec(page.text)?.[1] ?? '';
