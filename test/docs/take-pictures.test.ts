// The script that takes the docs' pictures, run as a process.

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { messageOf } from '../../src/chat/slack/render.ts';
import { requestCard } from '../slack/cards.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'desk-pictures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasBrowser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].some(existsSync);
if (!hasBrowser) process.stdout.write('skipped: pictures need Chromium (Debian: apt-get install chromium)\n');

function take(...more: string[]) {
  return run(process.execPath, ['docs/slack/take-pictures.ts', ...more]);
}

function shots(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

describe('take-pictures', () => {
  it.skipIf(!hasBrowser)('writes a small picture of each shot, twice as fine as a screen', async () => {
    const payload = messageOf(requestCard());
    const file = shots('good.json', [{ name: 'card', title: 'A card that waits', kind: 'message', payload }]);
    const out = join(folder, 'out');
    expect((await take(file, out)).stdout).toContain('A card that waits');
    const png = readFileSync(join(out, 'card.png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(2 * 684);
    expect(png.length).toBeLessThan(60_000);
  });

  it('says what is wrong, and writes nothing', async () => {
    await expect(take()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('SHOTS.json OUTDIR') });
    if (!hasBrowser) return;
    const payload = { blocks: [{ type: 'video' }] };
    const file = shots('bad.json', [{ name: 'film', title: 'A film', kind: 'message', payload }]);
    const out = join(folder, 'none');
    await expect(take(file, out)).rejects.toMatchObject({ stderr: expect.stringMatching(/^film: .*“video” is not/s) });
    expect(existsSync(out)).toBe(false);
  });
});
