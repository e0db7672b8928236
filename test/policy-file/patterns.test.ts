// What a reason must contain, by regular expressions that nobody can make slow and no line break can talk around.

import { describe, expect, it } from 'vitest';
import { textTools } from '../../src/text-tools.ts';

const longest = 'a'.repeat(7_900);

describe('a pattern', () => {
  it.each(['(a|a)*b', '(a+)+$', '(x+x+)+y', '.{0,300}[^a][^a]'])(
    '%s takes no long time, whatever the reason',
    (source) => {
      const pattern = textTools.compilePattern(source);
      const before = performance.now();
      pattern?.isIn(longest);
      expect(pattern).toBeDefined();
      expect(performance.now() - before).toBeLessThan(2_000);
    },
  );

  it.each(['((a{100}){100}){100}', `${'(.{0,1000})'.repeat(40)}[^a][^a]`, '[ab]{1000}[cd]{1000}', '(?=a)a', '(a)\\1'])(
    '%s is refused: it would be slow, or cannot be compared in linear time',
    (source) => {
      expect(textTools.compilePattern(source)).toBeUndefined();
    },
  );

  it.each(['INC-1\n', 'see\nINC-1', 'INC-1\r\nand more', 'INC-\u0661', 'ＩNC-1'])(
    'with anchors is about the whole reason, and about its very characters: %j',
    (reason) => {
      expect(textTools.compilePattern('^INC-[0-9]+$')?.isIn('INC-1')).toBe(true);
      expect(textTools.compilePattern('^INC-[0-9]+$')?.isIn(reason)).toBe(false);
      expect(textTools.compilePattern('^INC-\\d+$')?.isIn(reason)).toBe(false);
    },
  );
});
