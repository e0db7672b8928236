// What is counted, in Prometheus text at /metrics. Labels are closed sets: never a person, a name or an id.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Handle } from './core/chat.ts';

export interface Metrics {
  readonly text: () => Promise<string>;
  readonly contentType: string;
  /** An inbound was answered. */
  answered(labels: { chat: string; kind: string; answer: string }, seconds: number): void;
  /** A job ended. */
  worked(labels: { kind: string; outcome: 'done' | 'again' }, seconds: number): void;
  ready(isReady: boolean): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const answers = new Histogram({
    name: 'identity_desk_answer_seconds',
    help: 'Time from an inbound event to its answer',
    labelNames: ['chat', 'kind', 'answer'],
    buckets: [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const jobs = new Histogram({
    name: 'identity_desk_job_seconds',
    help: 'Time that a job ran',
    labelNames: ['kind', 'outcome'],
    buckets: [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const again = new Counter({
    name: 'identity_desk_job_retries_total',
    help: 'Jobs that have to run again',
    labelNames: ['kind'],
    registers,
  });
  const ready = new Gauge({
    name: 'identity_desk_ready',
    help: '1 when database, queue and configuration are good',
    registers,
  });
  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    answered: (labels, seconds) => answers.observe(labels, seconds),
    worked(labels, seconds) {
      jobs.observe(labels, seconds);
      if (labels.outcome === 'again') again.inc({ kind: labels.kind });
    },
    ready: (isReady) => ready.set(isReady ? 1 : 0),
  };
}

/** `handle`, each answer counted with the seconds that it took. */
export function measured(handle: Handle, metrics: Metrics): Handle {
  return async (interaction) => {
    const started = performance.now();
    const answer = await handle(interaction);
    metrics.answered(
      { chat: interaction.location.chat, kind: interaction.kind, answer: answer.kind },
      (performance.now() - started) / 1000,
    );
    return answer;
  };
}
