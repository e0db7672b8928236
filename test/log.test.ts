// What may not be in the log: an SDK's error carries its request, and a request carries a token.

import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it.each(['err', 'error'])(
  'an error under “%s” is logged by picked fields, with its cause, and without what hangs on it',
  (name) => {
    const program = `
    import { createLog } from './src/log.ts';
    const inner = Object.assign(new Error('refused'), { statusCode: 403, request: { headers: { authorization: 'Bearer hush' } } });
    const error = Object.assign(new Error('it failed', { cause: inner }), { code: 'E1', response: { body: 'hush' } });
    createLog('info', false).error({ ${name}: error }, 'x');`;
    const line = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    expect(line).not.toContain('hush');
    expect(JSON.parse(line)[name]).toMatchObject({
      message: 'it failed',
      code: 'E1',
      cause: { message: 'refused', statusCode: 403 },
    });
  },
);

it('shows what is invisible by its code, and lets no text steer a terminal', () => {
  const program = `
    import { createLog } from './src/log.ts';
    const name = 'a\\u001b[2J\\u202Eb\\r\\u200Bc\\\\u001b \\ud800';
    createLog('info', false).error({ name, error: new Error(name) }, name);`;
  const line = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(line).toMatch(/\n$/);
  expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]|\\u001b\[/u);
  const shown = 'a[U+001B][2J[U+202E]b[U+000D][U+200B]c\\u001b';
  expect(JSON.parse(line).name).toContain(shown);
  expect(JSON.parse(line).msg).toContain(shown);
  expect(JSON.parse(line).error.message).toContain(shown);
});
