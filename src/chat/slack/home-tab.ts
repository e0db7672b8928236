// The Home tab: published when a person opens it, uses a button in it, or one of their requests changes. Only people who have opened
// theirs since the start get updates.

import { LRUCache } from 'lru-cache';
import type { BotApi } from '../../core/chat.ts';
import type { Sender } from '../../core/model/person.ts';
import type { Log } from '../../core/ports.ts';
import type { BackgroundTasks } from '../shared/background-tasks.ts';
import { outcomeOf, type SlackClient } from './client.ts';
import { LIMITS } from './limits.ts';
import { homeView } from './modals.ts';
import { slackId } from './people.ts';

/** Publishes Home tabs. */
export interface HomeTab {
  /** A person opened their Home tab. */
  opened(sender: Sender): Promise<void>;
  /** Something of theirs changed. Several changes within a second are published together. */
  refresh(userId: string): void;
  /** A request changed: refreshes recently opened tabs, whose people may be its approvers. */
  refreshRecent(): void;
  /** Cancels pending refreshes. */
  close(): void;
}

/** Creates the publisher. Failures are logged; rate limits are retried. */
export function createHomeTab(given: {
  web: SlackClient;
  botApi: Pick<BotApi, 'home'>;
  background: BackgroundTasks;
  log: Log;
}): HomeTab {
  const { web, botApi, background, log } = given;
  const known = new LRUCache<string, Sender>({ max: 5_000 });
  const recent = new LRUCache<string, true>({ max: LIMITS.recentHomes, ttl: LIMITS.recentHomeMs });
  const timers = new Map<string, NodeJS.Timeout>();
  /** The latest publication per user: an older one that completes later is not sent. */
  const turns = new LRUCache<string, number>({ max: 5_000 });

  async function publish(sender: Sender): Promise<void> {
    const user = slackId(sender);
    const turn = (turns.get(user) ?? 0) + 1;
    turns.set(user, turn);
    const cards = await botApi.home(sender);
    if (turns.get(user) !== turn) return;
    try {
      await web.callWithRetry('views.publish', { user_id: user, view: homeView(cards) });
    } catch (error) {
      const { why, detail, retryAfterMs = LIMITS.homeMs } = outcomeOf(error);
      log.warn({ why, detail }, 'Slack: Home tab not published');
      if (why === 'busy') refresh(user, retryAfterMs);
    }
  }

  function refresh(userId: string, afterMs: number = LIMITS.homeMs): void {
    const sender = known.get(userId);
    if (!sender || timers.has(userId)) return;
    const timer = setTimeout(() => {
      timers.delete(userId);
      background.start('publish Home tab', () => publish(sender));
    }, afterMs);
    timer.unref();
    timers.set(userId, timer);
  }

  return {
    async opened(sender) {
      known.set(slackId(sender), sender);
      recent.set(slackId(sender), true);
      await publish(sender);
    },
    refresh: (userId) => refresh(userId),
    refreshRecent() {
      for (const userId of recent.keys()) refresh(userId);
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
