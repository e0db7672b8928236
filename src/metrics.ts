// Prometheus metrics, served at /metrics. Labels have fixed values: never a person, a name or an id.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Handle } from './core/chat.ts';

/** Records measurements and prints them. */
export interface Metrics {
  readonly text: () => Promise<string>;
  readonly contentType: string;
  /** An interaction was answered. */
  answered(labels: { chat: string; kind: string; answer: string }, seconds: number): void;
  /** A job ended. */
  worked(labels: { kind: string; outcome: 'done' | 'again' }, seconds: number): void;
  ready(isReady: boolean): void;
  /** How many temporary grants are past their end and still there. */
  overdueGrants(count: number): void;
  /** A text of the policy was taken or refused; `problems`: the mistakes in it. */
  policyRead(outcome: 'loaded' | 'refused', problems: number): void;
}

/** Creates the metrics with a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const answers = new Histogram({
    name: 'identity_desk_answer_seconds',
    help: 'Time from receiving an interaction to its answer, in seconds',
    labelNames: ['chat', 'kind', 'answer'],
    buckets: [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const jobs = new Histogram({
    name: 'identity_desk_job_seconds',
    help: 'Duration of job runs in seconds',
    labelNames: ['kind', 'outcome'],
    buckets: [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const again = new Counter({
    name: 'identity_desk_job_retries_total',
    help: 'Number of job runs that are retried',
    labelNames: ['kind'],
    registers,
  });
  const ready = new Gauge({
    name: 'identity_desk_ready',
    help: '1 if the database and the job queue are available, else 0',
    registers,
  });
  const overdue = new Gauge({
    name: 'identity_desk_grants_overdue',
    help: 'Temporary grants that are more than a minute past their end and still active; above 0 somebody keeps access too long',
    registers,
  });
  const policyReads = new Counter({
    name: 'identity_desk_policy_reads_total',
    help: 'Number of texts of the policy file that took effect or were refused',
    labelNames: ['outcome'],
    registers,
  });
  const policyProblems = new Gauge({
    name: 'identity_desk_policy_problems',
    help: 'Mistakes in the newest text of the policy file; above 0 an earlier policy is in effect',
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
    overdueGrants: (count) => overdue.set(count),
    policyRead(outcome, problems) {
      policyReads.inc({ outcome });
      policyProblems.set(problems);
    },
  };
}

/** `handle`, with the duration of each answer recorded. */
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
