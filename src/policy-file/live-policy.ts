// The policy in effect. It is read at the start and again whenever its file changes; a text with a mistake is refused, loudly, and the
// policy before it stays in effect. What is decided after a change is decided by the new policy.

import { policyCommands } from '../core/grammar/registry.ts';
import type { Policy } from '../core/model/policy.ts';
import type { Log, TextTools } from '../core/ports.ts';
import { withTimeout } from '../with-timeout.ts';
import { unreachableChannels } from './channels.ts';
import { lintPolicy } from './lint.ts';
import { checkEntraGroups, findUnreachableGroups, type GroupFinder } from './member-groups.ts';
import { describeMistakes, PolicyError, parsePolicy, readPolicyText, versionOf } from './read.ts';
import type { PolicyReport } from './report.ts';
import { checkRoleNames, type RoleReader } from './role-names.ts';
import { missingSignIn } from './sign-in-check.ts';
import { watchFile } from './watch-file.ts';

/** How long Azure and the directory may take to say which roles and groups exist before the policy is used without that, in milliseconds. */
const rolesMs = 5_000;
/** A file that is being written may be valid halfway, without its last rules: its text must have stood still for so long. */
const defaultSettleMs = 500;
const defaultPollMs = 5_000;
/** How often what could not be checked, or may be mended in Azure, is checked again. */
const defaultRecheckMs = 60_000;

/** The state of the policy, for probes. */
export interface PolicyStatus {
  /** Of the policy in effect. */
  readonly version: string;
  /** Mistakes in the file's newest text. */
  readonly problems: readonly string[];
}

/** The policy in effect, kept up to date from `start` on. */
export interface LivePolicy {
  current(): Policy;
  status(): PolicyStatus;
  /** Checks the names of roles and groups, then watches the file. Throws PolicyError for one that does not exist. */
  start(azure: RoleReader & GroupFinder, report: PolicyReport): Promise<void>;
  /** Reads the file now. Never throws. */
  reload(): Promise<void>;
  stop(): void;
}

/** What the file holds: a text, or none, and why. */
type ReadText =
  | { readonly text: string; readonly version: string }
  | { readonly version: null; readonly problems: readonly string[] };

/** A text of the file and what is wrong with it. */
interface Evaluation {
  readonly version: string | null;
  readonly policy?: Policy;
  readonly problems: readonly string[];
  readonly isFullyChecked: boolean;
}

/** Where the policy is read from, and by what it is checked. */
export interface LivePolicyOptions {
  readonly file: string;
  readonly textTools: TextTools;
  /** The chats that are configured. */
  readonly chats: readonly string[];
  /** Whether sign-in is configured. */
  readonly canSignIn: boolean;
  readonly log: Log;
  readonly pollMs?: number;
  readonly settleMs?: number;
  readonly recheckMs?: number;
}

/** Reads the policy. Throws PolicyError. It is not watched before `start`. */
export async function openPolicy(options: LivePolicyOptions): Promise<LivePolicy> {
  const { file, textTools, chats, canSignIn, log } = options;
  let azure: (RoleReader & GroupFinder) | undefined;
  let report: PolicyReport | undefined;
  let stopWatching = () => {};

  async function read(): Promise<ReadText> {
    try {
      const text = await readPolicyText(file);
      return { text, version: versionOf(text) };
    } catch (error) {
      if (error instanceof PolicyError) return { version: null, problems: error.problems };
      throw error;
    }
  }

  /** What the file holds once it has stood still; at once where that is the version `known`. */
  async function readSettled(known: string | null): Promise<ReadText> {
    for (let found = await read(); ; ) {
      if (found.version === known) return found;
      await new Promise((done) => setTimeout(done, options.settleMs ?? defaultSettleMs));
      const again = await read();
      if (again.version === found.version) return again;
      found = again;
    }
  }

  async function evaluate(text: string): Promise<Evaluation> {
    const version = versionOf(text);
    try {
      const policy = parsePolicy(text, file, textTools, policyCommands);
      const unreachable = [
        ...unreachableChannels(policy, file, chats),
        ...missingSignIn(policy, file, canSignIn),
        ...describeMistakes(text, file, findUnreachableGroups(policy, chats)),
      ];
      if (unreachable.length > 0) return { version, problems: unreachable, isFullyChecked: true };
      if (!azure) return { version, policy, problems: [], isFullyChecked: false };
      const checks = await withTimeout(
        Promise.all([checkRoleNames(policy, azure, textTools), checkEntraGroups(policy, azure)]),
        rolesMs,
      );
      const found = checks?.value ?? [{ mistakes: [], isComplete: false }];
      const problems = describeMistakes(
        text,
        file,
        found.flatMap(({ mistakes }) => mistakes),
      );
      const isComplete = found.every((check) => check.isComplete);
      return { version, policy, problems, isFullyChecked: isComplete && problems.length === 0 };
    } catch (error) {
      if (error instanceof PolicyError) return { version, problems: error.problems, isFullyChecked: true };
      throw error;
    }
  }

  const firstText = await readPolicyText(file);
  const first = await evaluate(firstText);
  if (!first.policy || first.problems.length > 0) throw new PolicyError(first.problems);
  let policy = first.policy;
  let seen: Evaluation = first;
  let checkedAt = performance.now();

  /** What is told of the policy that is in effect from now on. */
  function loadedNow(text: string) {
    const { version, rules } = policy;
    const found = lintPolicy(text, { policy, commands: policyCommands, textTools, now: new Date() });
    const warnings = found.map(({ line, message }) => `${file}:${line}: ${message}`);
    return { version, rules: rules.length, isFullyChecked: seen.isFullyChecked, warnings };
  }

  async function look(isForced: boolean): Promise<void> {
    const isDue = !seen.isFullyChecked && performance.now() - checkedAt >= (options.recheckMs ?? defaultRecheckMs);
    const found = await readSettled(seen.version);
    if (!isForced && !isDue && found.version === seen.version) return;
    const before = seen;
    checkedAt = performance.now();
    seen = 'text' in found ? await evaluate(found.text) : { ...found, isFullyChecked: false };
    if (seen.policy && seen.problems.length === 0) {
      const isNews = seen.version !== policy.version || before.problems.length > 0 || isForced;
      const old = policy.version;
      policy = seen.policy;
      if (isNews && 'text' in found) report?.loaded({ ...loadedNow(found.text), before: old });
    } else if (isForced || seen.version !== before.version || seen.problems.join() !== before.problems.join()) {
      report?.refused({ version: seen.version, problems: seen.problems, kept: policy.version });
    }
  }

  /** One look at a time; those asked for meanwhile are one more. */
  let running: Promise<void> | undefined;
  let next: { isForced: boolean; done: Promise<void> } | undefined;
  function lookSoon(isForced: boolean): Promise<void> {
    if (next) {
      next.isForced ||= isForced;
      return next.done;
    }
    const mine = { isForced, done: Promise.resolve() };
    mine.done = (running ?? Promise.resolve()).then(async () => {
      next = undefined;
      running = mine.done;
      try {
        await look(mine.isForced);
        await report?.flush();
      } catch (err) {
        log.error({ err, file }, 'the policy file could not be read again');
      }
    });
    next = mine;
    return mine.done;
  }

  return {
    current: () => policy,
    status: () => ({ version: policy.version, problems: seen.problems }),
    async start(reader, given) {
      azure = reader;
      report = given;
      seen = await evaluate(firstText);
      if (seen.problems.length > 0) throw new PolicyError(seen.problems);
      report.loaded(loadedNow(firstText));
      await report.flush();
      const stopEvents = watchFile(file, () => void lookSoon(false), {
        pollMs: options.pollMs ?? defaultPollMs,
        onBlind: (err) => log.debug({ err, file }, 'no events for the policy file; it is read every few seconds'),
      });
      const onSignal = () => void lookSoon(true);
      process.on('SIGHUP', onSignal);
      stopWatching = () => {
        stopEvents();
        process.off('SIGHUP', onSignal);
      };
    },
    reload: () => lookSoon(true),
    stop: () => stopWatching(),
  };
}
