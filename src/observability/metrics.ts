import { collectDefaultMetrics, Counter, Gauge, register, Registry } from '@prometheus-io/client';
import { createCallCounters, createWorkflowLabels, maxWorkflowLabels } from './call-counters.ts';
import { createDurationHistogram } from './duration-histogram.ts';
import { type CallEnded, callOutcomes, type Observation } from './observation.ts';

/** A number that is read when metrics are scraped, not counted as it happens; or several, one for each value of a label. */
export type Reading = Readonly<{
  name: string;
  help: string;
  label: string | null;
  /** The numbers by the label's values, or under any one name if there is no label. */
  read: () => Readonly<Record<string, number>>;
}>;

export type Metrics = Readonly<{
  observe: (observation: Observation) => void;
  /** Adds numbers that are read at each scrape. */
  addReadings: (readings: readonly Reading[]) => void;
  /** The text that Prometheus scrapes, and its media type. */
  render: () => Promise<Readonly<{ text: string; contentType: string }>>;
}>;

/** Seconds. Functions respond in 20 ms to 30 minutes; callers give up at about 100 s. */
const callBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 90, 300, 1800];
/** The default samples ten times as often, which shows in the CPU time of an idle process. */
const eventLoopSampleMs = 1_000;
const gatewayBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1];

/** Renders observations as metrics (https://prometheus.io/docs/practices/naming/). Names, units and labels are stable. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const workflowLabel = createWorkflowLabels();
  const callCounters = createCallCounters(workflowLabel);
  registry.registerMetric(
    new Counter({
      name: 'rowgate_calls_total',
      help: `Calls of workflows, by the status of the response and, for errors of Rowgate, the code. The first ${maxWorkflowLabels} workflows have their own label.`,
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
      help: 'Calls by outcome: whole, cut (the response was cut off), abandoned (the caller disconnected), refused (the caller got a problem instead of a response).',
      labelNames: ['outcome'],
      registers: [],
      collect() {
        this.reset();
        for (const [outcome, count] of outcomes) this.inc({ outcome }, count);
      },
    }),
  );
  const refusals = new Counter({
    name: 'rowgate_requests_refused_total',
    help: 'Requests that were refused with a problem before they became a call (401, 403, 404, 405, 429 and the like), by code.',
    labelNames: ['code'],
    registers,
  });
  const attempts = new Counter({
    name: 'rowgate_attempts_total',
    help: 'Attempts to call functions, retries included.',
    registers,
  });
  const byWorkflow = (name: string, help: string): Counter<'workflow'> =>
    new Counter({ name, help, labelNames: ['workflow'], registers });
  const drift = byWorkflow(
    'rowgate_contract_drift_total',
    'Sampled responses of functions that did not match their response_schema.',
  );
  const reports = byWorkflow(
    'rowgate_contract_reports_total',
    'Requests that did not match their request_schema, for workflows whose contract_mode is report.',
  );
  const unchecked = byWorkflow(
    'rowgate_contract_unchecked_total',
    'Requests that could not be validated against their request_schema, because they were compressed or the schema does not compile.',
  );
  const upstreamDurations = createDurationHistogram(
    'rowgate_upstream_duration_seconds',
    'Time that functions took to respond, retries included.',
    callBuckets,
  );
  const gatewayDurations = createDurationHistogram(
    'rowgate_gateway_duration_seconds',
    'Time that a call spent in Rowgate, including receiving the request body and waiting for a slot.',
    gatewayBuckets,
  );
  const swaps = new Counter({
    name: 'rowgate_registry_swaps_total',
    help: 'Snapshots that Rowgate has started to serve.',
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
      else if (kind === 'request_refused') refusals.inc({ code: observation.code });
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
 * Adds the metrics of the process as a whole: CPU, memory, event loop, GC. To be called once per process, since it starts timers
 * that cannot be stopped.
 */
export function collectProcessMetrics(): void {
  collectDefaultMetrics({ eventLoopUtilizationTimeout: eventLoopSampleMs });
}
