// A newcomer's first steps: `npm start`, open the two logged addresses in a browser, submit as Alex, approve as Megan. Saves
// screenshots in screenshots/, which git ignores.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';

const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
if (!browser) process.stdout.write('skipped: the browser test needs Chromium (Debian: apt-get install chromium)\n');

const pictures = 'screenshots';
const folder = dataFolder();
const profile = mkdtempSync(join(tmpdir(), 'desk-browser-'));
let deps: RunningBot;
let context: BrowserContext;
let alex: Page;
let megan: Page;

const addressOf = (part: string) => String(deps.log.find(({ msg }) => String(msg).includes(part))?.url);

async function say(page: Page, text: string): Promise<void> {
  const box = page.locator('[data-lexical-editor=true]').first();
  await box.click();
  await box.pressSequentially(text);
  await box.press('Enter');
}

/** The newest card that contains the text. */
function card(page: Page, words: string) {
  return page.locator('.ac-adaptiveCard').filter({ hasText: words }).last();
}

async function sees(page: Page, words: string): Promise<void> {
  await card(page, words).waitFor({ timeout: 20_000 });
  await card(page, words).scrollIntoViewIfNeeded();
}

const picture = (page: Page, name: string) => page.screenshot({ path: join(pictures, `${name}.png`) });

async function askAndApprove(line: string, summary: string, name: string): Promise<void> {
  await say(alex, line);
  await sees(alex, summary);
  await picture(alex, `${name}-1-asked`);
  const submit = card(alex, summary).getByRole('button', { name: 'Submit for approval' });
  if ((await submit.count()) > 0) await submit.click();
  await sees(megan, summary);
  await picture(megan, `${name}-2-to-approve`);
  await card(megan, summary).getByRole('button', { name: 'Approve' }).click();
  await alex
    .locator('.ac-adaptiveCard')
    .filter({ hasText: summary })
    .filter({ hasText: 'Done. Approved by' })
    .last()
    .waitFor({ timeout: 30_000 });
  await card(alex, summary).scrollIntoViewIfNeeded();
  await picture(alex, `${name}-3-done`);
  await card(alex, summary).screenshot({ path: join(pictures, `${name}-card.png`) });
  await megan
    .locator('.ac-adaptiveCard')
    .filter({ hasText: summary })
    .filter({ hasText: 'Done. Approved by' })
    .last()
    .waitFor();
  await picture(megan, `${name}-4-approver-sees-it-done`);
}

describe.skipIf(!browser)('the sandbox in a browser', () => {
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    deps = await startBot(folder.dir, { SANDBOX_CLIENTS: 'on' });
    context = await chromium.launchPersistentContext(profile, {
      executablePath: browser ?? '',
      viewport: { width: 1180, height: 1000 },
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1',
      ],
    });
    [alex, megan] = await Promise.all([context.newPage(), context.newPage()]);
    await Promise.all([alex.goto(addressOf('requester')), megan.goto(addressOf('approver'))]);
    await Promise.all([sees(alex, 'Welcome to Identity Desk'), sees(megan, 'Welcome to Identity Desk')]);
  }, 90_000);

  afterAll(async () => {
    await context?.close();
    await deps?.stop();
    folder.remove();
    rmSync(profile, { recursive: true, force: true });
  });

  it('plays the whole story of an identity', { timeout: 180_000 }, async () => {
    await picture(alex, '0-welcome');
    await askAndApprove('create uami-orders -g rg-payments', 'Create identity uami-orders in rg-payments', 'create');
    await say(alex, 'list');
    await sees(alex, 'identities');
    await picture(alex, 'list');
    await say(alex, 'show uami-orders');
    await sees(alex, 'User-assigned managed identity');
    await picture(alex, 'show');
    await askAndApprove(
      'grant uami-orders --role Reader --scope rg-payments --reason reads the ledger',
      'Assign role Reader on resource group rg-payments to uami-orders',
      'grant',
    );
    await askAndApprove('revoke uami-orders --role Reader --scope rg-payments', 'Remove role Reader', 'revoke');
    await askAndApprove('delete uami-orders', 'Delete identity uami-orders', 'delete');
  });

  it('opens a form, keeps what was typed on a mistake, and shows how help, refusals and a no look', {
    timeout: 120_000,
  }, async () => {
    await say(alex, 'create');
    await sees(alex, 'The policy determines who must approve this.');
    await picture(alex, 'form');
    await say(alex, 'help');
    await sees(alex, 'Those that the policy allows you.');
    await picture(alex, 'help');
    await say(alex, 'create uami-x -g rg-paymets');
    await sees(alex, 'rg-payments');
    await picture(alex, 'mistake');
    await say(alex, 'delete uami-checkout');
    // Nothing is requested before one has said what becomes of what hangs on it.
    await sees(alex, 'uami-checkout is in use');
    await picture(alex, 'delete-in-use');
    await say(alex, 'whoami');
    await sees(alex, 'Your account and permissions');
    await picture(alex, 'whoami');
    expect(await alex.locator('.ac-adaptiveCard').count()).toBeGreaterThan(5);
  });
});
