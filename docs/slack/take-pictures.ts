// Takes pictures of Slack messages and views: `node docs/slack/take-pictures.ts SHOTS.json OUTDIR` writes OUTDIR/NAME.png for each.
// SHOTS.json is a scene, or its list of shots (see render-blocks.ts). The page has no network access.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { renderPage, type Scene } from './render-blocks.ts';
import { smaller } from './small-png.ts';

/** Device pixels per CSS pixel. */
const scale = 2;
/** Larger pictures are reported, so that the README loads fast. */
const mostBytes = 200_000;
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Reads a scene; its time defaults to now. */
function sceneIn(file: string): Scene {
  const given: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const scene = Array.isArray(given) ? { shots: given } : (given as object);
  // Validated by renderPage.
  return { at: new Date().toISOString(), ...scene } as Scene;
}

async function main([file, folder]: readonly string[]): Promise<void> {
  if (file === undefined || folder === undefined) {
    throw new Error('usage: node docs/slack/take-pictures.ts SHOTS.json OUTDIR');
  }
  const executablePath = process.env.CHROMIUM || browsers.find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      'no browser found. Debian and Ubuntu: apt-get install chromium fonts-lato fonts-noto-color-emoji ' +
        '(the fonts are optional). Elsewhere: install Chromium or Chrome and set CHROMIUM to its executable.',
    );
  }
  const beside = (path: string) => new URL(path, import.meta.url);
  const scene = sceneIn(file);
  const page = renderPage(scene, {
    css: readFileSync(beside('slack.css'), 'utf8'),
    icon: `data:image/png;base64,${readFileSync(beside('../../manifests/teams/color.png')).toString('base64')}`,
  });
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const context = await browser.newContext({
      deviceScaleFactor: scale,
      viewport: { width: 900, height: 800 },
      javaScriptEnabled: false,
      offline: true,
    });
    const tab = await context.newPage();
    await tab.setContent(page);
    for (const { name, title } of scene.shots) {
      const path = join(folder, `${name}.png`);
      const shown = tab.locator(`[data-shot="${name}"]`);
      const picture = smaller(await shown.screenshot({ omitBackground: true }));
      writeFileSync(path, picture);
      const note = picture.length > mostBytes ? ' – large: show less in this picture' : '';
      process.stdout.write(`${path}  ${Math.ceil(picture.length / 1_000)} KB  ${title}${note}\n`);
    }
  } finally {
    await browser.close();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
