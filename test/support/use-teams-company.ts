// A company in Teams for the stories of one file.

import { afterAll, afterEach, beforeAll } from 'vitest';
import { startAzure, type TestAzure } from './azure.ts';
import { dataFolder, type RunningBot, startBot } from './bot.ts';
import { Person, people } from './person.ts';

/** A bot on a simulated Azure of its own, Alex as requester and Megan as approver. */
export interface TeamsCompany {
  readonly azure: TestAzure;
  readonly deps: RunningBot;
  readonly alex: Person;
  readonly megan: Person;
  /** Where the bot keeps its data. */
  readonly dir: string;
}

/** One company for all stories of a file; Azure's faults end with each story. */
export function useTeamsCompany(give: (company: TeamsCompany) => void): void {
  const folder = dataFolder();
  let azure: TestAzure;
  let deps: RunningBot;
  let alex: Person;
  let megan: Person;
  beforeAll(async () => {
    azure = await startAzure();
    deps = await startBot(folder.dir, azure.environment);
    [alex, megan] = await Promise.all([Person.open(deps.url, people.alex), Person.open(deps.url, people.megan)]);
    give({ azure, deps, alex, megan, dir: folder.dir });
  });
  afterEach(() => azure.simulator.control.faults.clear());
  afterAll(async () => {
    await Promise.all([alex?.close(), megan?.close()]);
    await deps?.stop();
    await azure?.simulator.close();
    folder.remove();
  });
}
