import { FAULTS, LOCATION_FORMS } from '../../src/dev/simulator/simulator.ts';
import {
  goneOutcome,
  protections,
  type Outcome,
  outcomesOfFault,
  outcomesOfLocation,
} from './expectations.ts';
import { oneOf, type Random, wholeBetween } from './random.ts';
import { pathOf, type RowKind, rowsOfKind, timeoutSeconds } from './rows.ts';

/** One call, planned before it is made, and the outcomes it may have. */
export type CallPlan = Readonly<{
  /** What it tries, for people. */
  name: string;
  method: 'GET' | 'POST';
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** How the caller behaves: `slow-upload` and `slow-download` are slow, `half` never sends the whole request. */
  manner: 'plain' | 'slow-upload' | 'slow-download' | 'half';
  /** When the caller disconnects, if it does so before it has its response. */
  leavesAfterMs: number | null;
  allowed: readonly Outcome[];
  /** Whether a 200 contains the body of the request. */
  isEchoed: boolean;
}>;

type Sketch = Readonly<{ name: string; allowed: readonly Outcome[] }> & Partial<CallPlan>;
type Scenario = (random: Random, id: number) => Sketch;

/** Callers disconnect in one call of seven. */
const leavingShare = 1 / 7;
const late = (timeoutSeconds + 1) * 1000;
const megabyte = 1_000_000;
/** Statuses that functions return themselves, with a JSON body. */
const statuses = ['400', '404', '409', '418', '500', '503'] as const;

/** Calls that must succeed. A latency longer than one hop of the simulator makes a 303 chain. */
const calm: readonly [Scenario, ...Scenario[]] = [
  (random) => ({ name: 'plain', allowed: ['200'], headers: latency(wholeBetween(random, 0, 300)) }),
  (random) => ({ name: '303 chain', allowed: ['200'], headers: latency(wholeBetween(random, 1_100, 1_800)) }),
  (random, id) => ({
    name: 'big body',
    allowed: ['200'],
    body: bodyOf(id, wholeBetween(random, 100_000, 2 * megabyte)),
  }),
  (_, id) => ({ name: 'slow upload', allowed: ['200'], manner: 'slow-upload', body: bodyOf(id, 50_000) }),
  (random) => ({
    name: 'slow download',
    allowed: ['200'],
    manner: 'slow-download',
    headers: { 'x-sim-response-bytes': String(wholeBetween(random, 1, 2) * megabyte) },
  }),
  () => ({ name: 'sse', allowed: ['200'], headers: { 'x-sim-fault': 'sse' } }),
];

const wild: readonly [Scenario, ...Scenario[]] = [
  (random) => {
    const fault = oneOf(random, FAULTS);
    const headers = { 'x-sim-fault': fault, ...latency(wholeBetween(random, 0, 400)) };
    return { name: fault, allowed: outcomesOfFault[fault], headers, isEchoed: fault !== 'soft-failure' };
  },
  (random) => {
    const form = oneOf(random, LOCATION_FORMS);
    const headers = { 'x-sim-fault': 'cold-303', 'x-sim-location': form };
    return { name: `cold-303, ${form}`, allowed: outcomesOfLocation[form], headers };
  },
  (random) => {
    const status = oneOf(random, statuses);
    return { name: `function's ${status}`, allowed: [status], headers: { 'x-sim-status': status } };
  },
  () => ({ name: 'too late', allowed: ['504 deadline_exceeded'], headers: latency(late) }),
  () => ({
    name: 'truncated after 1 MB',
    allowed: ['cut'],
    headers: { 'x-sim-fault': 'truncated', 'x-sim-response-bytes': String(2 * megabyte) },
  }),
  (random) => ({ name: 'plain', allowed: ['200'], headers: latency(wholeBetween(random, 0, 1_500)) }),
];

const odd: readonly [Scenario, ...Scenario[]] = [
  () => ({ name: 'GET', allowed: ['405 method_not_allowed'], method: 'GET', body: '' }),
  () => ({ name: 'unknown path', allowed: ['404 route_not_found'], path: pathOf('calm', 999) }),
  // The refusal comes before the body is read; a caller that is still writing may find the connection gone.
  (_, id) => ({ name: 'too large', allowed: ['413 body_too_large', 'cut'], body: bodyOf(id, 5 * megabyte) }),
  () => ({
    name: 'contract violation',
    allowed: ['422 invalid_request_body'],
    path: pathOf('calm', 3),
    body: '{}',
  }),
  () => ({ name: 'half a request', allowed: ['left'], manner: 'half' }),
];

/** The next call of the soak: the same for the same random numbers. */
export function planCall(random: Random, id: number): CallPlan {
  const share = random();
  if (share < 0.35) return planOf('calm', calm, random, id);
  if (share < 0.85) return planOf('wild', wild, random, id);
  if (share < 0.95) return planOf('passing', calm, random, id);
  return planOf('calm', odd, random, id);
}

function planOf(
  kind: RowKind,
  scenarios: readonly [Scenario, ...Scenario[]],
  random: Random,
  id: number,
): CallPlan {
  const sketch = oneOf(random, scenarios)(random, id);
  const isLeaving = sketch.manner !== 'half' && random() < leavingShare;
  return {
    method: 'POST',
    path: pathOf(kind, wholeBetween(random, 0, rowsOfKind[kind] - 1)),
    headers: {},
    body: bodyOf(id, wholeBetween(random, 0, 500)),
    manner: 'plain',
    isEchoed: true,
    ...sketch,
    name: `${kind}: ${sketch.name}`,
    leavesAfterMs: isLeaving ? wholeBetween(random, 1, 1_500) : null,
    allowed: [
      ...sketch.allowed,
      ...(kind === 'wild' ? protections : []),
      ...(kind === 'passing' ? [goneOutcome] : []),
      ...(isLeaving ? ['left'] : []),
    ],
  };
}

/** JSON that no other call of the run sends, with the given number of characters of text. */
function bodyOf(id: number, characters: number): string {
  return `{"id":${id},"text":"${'x'.repeat(characters)}"}`;
}

function latency(milliseconds: number): Readonly<Record<string, string>> {
  return { 'x-sim-latency-ms': String(milliseconds) };
}
