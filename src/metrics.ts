import { collectDefaultMetrics, Counter, Gauge, Histogram, register, Registry } from '@prometheus-io/client';
import type { Observation } from './observation.ts';

/** A number that is read when metrics are asked for, and not told as it happens; or several, each with a label's value. */
export type Reading = Readonly<{
  name: string;
  help: string;
  label: string | null;
  /** By the label's values; by any one name where there is no label. */
  read: () => Readonly<Record<string, number>>;
}>;

export type Metrics = Readonly<{
  observe: (observation: Observation) => void;
  /** The text that Prometheus scrapes, and its media type. */
  render: () => Promise<Readonly<{ text: string; contentType: string }>>;
}>;

/** Workflows with a label of their own; 10,000 of them would keep the event loop for 400 ms at each scrape. */
const maxWorkflowLabels = 500;
const otherWorkflows = 'other';
/** Seconds. Functions answer in 20 ms to 30 minutes; callers give up at about 100 s. */
const callBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 90, 300, 1800];
/** Sampled ten times as often by default, which a Node process at rest would be seen to do. */
const eventLoopSampleMs = 1_000;
const gatewayBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1];

/** Renders observations as metrics (https://prometheus.io/docs/practices/naming/): names, units and labels are stable. */
export function createMetrics(readings: readonly Reading[]): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const calls = new Counter({
    name: 'rowgate_calls_total',
    help: `Calls of workflows, by the status that the caller got and the code of the error, where it was Rowgate's. The first ${maxWorkflowLabels} workflows have a label of their own.`,
    labelNames: ['workflow', 'status', 'code'],
    registers,
  });
  const attempts = new Counter({
    name: 'rowgate_attempts_total',
    help: 'Times that functions were called: calls and their retries.',
    registers,
  });
  const byWorkflow = (name: string, help: string): Counter<'workflow'> =>
    new Counter({ name, help, labelNames: ['workflow'], registers });
  const drift = byWorkflow(
    'rowgate_contract_drift_total',
    'Sampled answers of functions that are not as their response_schema says.',
  );
  const reports = byWorkflow(
    'rowgate_contract_reports_total',
    'Requests that are not as their request_schema says, of workflows whose contract_mode is report.',
  );
  const unchecked = byWorkflow(
    'rowgate_contract_unchecked_total',
    'Requests that their request_schema could not be held against: compressed, or it cannot be compiled.',
  );
  const upstreamSeconds = new Histogram({
    name: 'rowgate_upstream_duration_seconds',
    help: 'How long functions took, retries included.',
    buckets: callBuckets,
    registers,
  });
  const gatewaySeconds = new Histogram({
    name: 'rowgate_gateway_duration_seconds',
    help: "How long Rowgate took of a call: the caller's sending of the body and waiting for a place included.",
    buckets: gatewayBuckets,
    registers,
  });
  const swaps = new Counter({
    name: 'rowgate_registry_swaps_total',
    help: 'Snapshots that went into service.',
    registers,
  });
  for (const { name, help, label, read } of readings) {
    const collect = function (this: Gauge<string>): void {
      this.reset();
      for (const [value, count] of Object.entries(read()))
        this.set(label === null ? {} : { [label]: value }, count);
    };
    const labelNames = label === null ? [] : [label];
    registry.registerMetric(new Gauge({ name, help, labelNames, registers: [], collect }));
  }

  const labels = new Set<string>();
  const workflowLabel = (slug: string): string => {
    if (labels.has(slug)) return slug;
    if (labels.size >= maxWorkflowLabels) return otherWorkflows;
    labels.add(slug);
    return slug;
  };

  return {
    observe: (observation) => {
      if (observation.kind === 'registry_swapped') swaps.inc();
      if (observation.kind === 'answer_off_contract')
        drift.inc({ workflow: workflowLabel(observation.slug) });
      if (observation.kind === 'request_off_contract')
        reports.inc({ workflow: workflowLabel(observation.slug) });
      if (observation.kind === 'request_unchecked')
        unchecked.inc({ workflow: workflowLabel(observation.slug) });
      if (observation.kind !== 'call_finished') return;
      const { slug, status, code, upstreamMs, gatewayMs } = observation;
      calls.inc({ workflow: workflowLabel(slug), status: String(status), code: code ?? '' });
      gatewaySeconds.observe(gatewayMs / 1000);
      if (observation.attempts === 0) return;
      attempts.inc(observation.attempts);
      upstreamSeconds.observe(upstreamMs / 1000);
    },
    render: async () => ({
      text: `${await registry.metrics()}\n${await register.metrics()}`,
      contentType: registry.contentType,
    }),
  };
}

/**
 * Adds what Node tells of the process as a whole: CPU, memory, event loop, GC. To be called once a process, since it keeps
 * timers that cannot be stopped.
 */
export function collectProcessMetrics(): void {
  collectDefaultMetrics({ eventLoopUtilizationTimeout: eventLoopSampleMs });
}
