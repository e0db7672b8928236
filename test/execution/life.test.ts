// The whole life of requests and of what they give for a time, on a clock of their own: whatever is clicked, changed, lost or killed
// and in whichever order, what must hold holds. A failure prints its seed and the shortest story that shows it.

import fc from 'fast-check';
import { it } from 'vitest';
import { createWorld } from '../support/core-world.ts';
import { lifeCommands } from '../support/life-commands.ts';
import { watch } from '../support/life-invariants.ts';

/** As many lives as fit into a few seconds; LIVES asks for more. */
const numRuns = Number(process.env.LIVES ?? 400);
/** Short stories shrink well and come to little; several of them make a long one. */
const chapters = fc.tuple(lifeCommands, lifeCommands, lifeCommands, lifeCommands);

it('keeps what is promised of requests and grants, through any life', { timeout: numRuns * 1_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(chapters, async (stories) => {
      const world = createWorld();
      const life = { world, watch: watch(world), ids: [] };
      for (const commands of stories) await fc.asyncModelRun(() => ({ model: {}, real: life }), commands);
      await life.watch.checkEnd();
    }),
    { numRuns },
  );
});
