import { collectDefaultMetrics, Counter, Gauge, register, Registry } from '@prometheus-io/client';
import { createCallCounters, createWorkflowLabels, maxWorkflowLabels } from './call-counters.ts';
import { createDurationHistogram } from './duration-histogram.ts';
import { type CallEnded, callOutcomes, type Observation } from './observation.ts';

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
  /** Adds numbers of the process that are read at each scrape. */
  addReadings: (readings: readonly Reading[]) => void;
  /** The text that Prometheus scrapes, and its media type. */
  render: () => Promise<Readonly<{ text: string; contentType: string }>>;
}>;

/** Seconds. Functions respond in 20 ms to 30 minutes; callers give up at about 100 s. */
const callBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 90, 300, 1800];
/** Sampled ten times as often by default, which a Node process at rest would be seen to do. */
const eventLoopSampleMs = 1_000;
const gatewayBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1];

/** Renders observations as metrics (https://prometheus.io/docs/practices/naming/): names, units and labels are stable. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const workflowLabel = createWorkflowLabels();
  const callCounters = createCallCounters(workflowLabel);
  registry.registerMetric(
    new Counter({
      name: 'rowgate_calls_total',
      help: `Calls of workflows, by the status that the caller got and the code of the error, where it was Rowgate's. The first ${maxWorkflowLabels} workflows have a label of their own.`,
      labelNames: ['workflow', 'status', 'code'],
      registers: [],
      collect() {
        this.reset();
        for (const { count, ...labels } of callCounters.all()) this.inc(labels, count);
      },
    }),
  );
  const outcomes = new Map(callOutcomes.map((outcome) => [outcome, 0]));
  registry.registerMetric(
    new Counter({
      name: 'rowgate_call_outcomes_total',
      help: 'Calls by how they ended: whole, cut (the response broke off), abandoned (the caller left), refused (a problem in place of a response).',
      labelNames: ['outcome'],
      registers: [],
      collect() {
        this.reset();
        for (const [outcome, count] of outcomes) this.inc({ outcome }, count);
      },
    }),
  );
  const refused = new Counter({
    name: 'rowgate_requests_refused_total',
    help: 'Requests that ended as a problem without having been a call: 401, 403, 404, 405, 429 and the like, by code.',
    labelNames: ['code'],
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
    'Sampled responses of functions that do not match their response_schema.',
  );
  const reports = byWorkflow(
    'rowgate_contract_reports_total',
    'Requests that do not match their request_schema, of workflows whose contract_mode is report.',
  );
  const unchecked = byWorkflow(
    'rowgate_contract_unchecked_total',
    'Requests that could not be validated against their request_schema: compressed, or it cannot be compiled.',
  );
  const upstreamDurations = createDurationHistogram(
    'rowgate_upstream_duration_seconds',
    'How long functions took, retries included.',
    callBuckets,
  );
  const gatewayDurations = createDurationHistogram(
    'rowgate_gateway_duration_seconds',
    "How long Rowgate took of a call: the caller's sending of the body and waiting for a slot included.",
    gatewayBuckets,
  );
  const swaps = new Counter({
    name: 'rowgate_registry_swaps_total',
    help: 'Snapshots that went into service.',
    registers,
  });
  const addReading = ({ name, help, label, read }: Reading): void => {
    const collect = function (this: Gauge<string>): void {
      this.reset();
      for (const [value, count] of Object.entries(read()))
        this.set(label === null ? {} : { [label]: value }, count);
    };
    const labelNames = label === null ? [] : [label];
    registry.registerMetric(new Gauge({ name, help, labelNames, registers: [], collect }));
  };

  const observeCall = ({
    slug,
    outcome,
    status,
    code,
    upstreamMs,
    gatewayMs,
    attempts: made,
  }: CallEnded): void => {
    callCounters.add({ slug, status, code });
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    gatewayDurations.observe(gatewayMs);
    if (made === 0) return;
    attempts.inc(made);
    upstreamDurations.observe(upstreamMs);
  };

  return {
    observe: (observation) => {
      const { kind } = observation;
      if (kind === 'call_ended') observeCall(observation);
      else if (kind === 'request_refused') refused.inc({ code: observation.code });
      else if (kind === 'registry_swapped') swaps.inc();
      else if (kind === 'response_off_contract') drift.inc({ workflow: workflowLabel(observation.slug) });
      else if (kind === 'request_off_contract') reports.inc({ workflow: workflowLabel(observation.slug) });
      else if (kind === 'request_unchecked') unchecked.inc({ workflow: workflowLabel(observation.slug) });
    },
    addReadings: (readings) => {
      for (const reading of readings) addReading(reading);
    },
    render: async () => ({
      text: [
        await registry.metrics(),
        upstreamDurations.text(),
        gatewayDurations.text(),
        await register.metrics(),
      ].join('\n'),
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
