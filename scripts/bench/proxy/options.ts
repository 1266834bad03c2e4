import { parseArgs } from 'node:util';
import { type PeerName, peerNames } from './peers/peers.ts';
import { allScenarios, quickScenarios, type Scenario } from './scenarios.ts';

export type Options = Readonly<{
  scenarios: readonly Scenario[];
  /** How often each peer of each scenario is measured; in a quick run, at most. */
  rounds: number;
  /** How long one measurement takes. */
  seconds: number;
  isQuick: boolean;
  /** Whether ratios are compared with the committed ones. */
  isCheck: boolean;
  /** Whether the committed ratios and the documentation are rewritten. */
  isWrite: boolean;
  /** Where all samples are written to, as JSON. */
  jsonFile: string | null;
}>;

export const usage = `Usage: npm run bench -- [SCENARIO …] [--quick] [--check] [--write]
         [--peers NAME,…] [--rounds 7] [--seconds 3] [--json FILE]

Measures the cost of a call against other proxies: docs/performance.md. Exits with 1 if a target is missed.

  --quick      takes a minute
  --check      exits with 1 if a ratio is 15 % worse than the committed one
  --write      writes docs/performance.json and, after a full run, docs/performance.md and its chart
  --json FILE  saves all samples

  scenarios: ${allScenarios.map(({ name }) => name).join(', ')}
  peers: ${peerNames.join(', ')}`;

/** @throws Error with a message for the person who typed the command. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      peers: { type: 'string' },
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const { quick: isQuick, check: isCheck, write: isWrite } = values;
  if (isWrite && (positionals.length > 0 || values.peers !== undefined)) {
    throw new Error('--write measures all scenarios and peers: omit their names.');
  }
  const peers = values.peers === undefined ? peerNames : values.peers.split(',').map(peerNamed);
  return {
    isQuick,
    isCheck,
    isWrite,
    jsonFile: values.json ?? null,
    rounds: wholeNumber('--rounds', values.rounds),
    seconds: wholeNumber('--seconds', values.seconds ?? (isQuick ? '1' : '3')),
    scenarios: chosen(isQuick ? quickScenarios : allScenarios, positionals).map((scenario) => ({
      ...scenario,
      peers: scenario.peers.filter((peer) => peers.includes(peer)),
    })),
  };
}

function chosen(scenarios: readonly Scenario[], names: readonly string[]): readonly Scenario[] {
  const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) throw new Error(`Unknown scenario: ${unknown.join(', ')}.`);
  return scenarios.filter(({ name }) => names.length === 0 || names.includes(name));
}

function peerNamed(text: string): PeerName {
  const found = peerNames.find((name) => name === text);
  if (found === undefined) throw new Error(`Unknown peer: ${text}.`);
  return found;
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`${option} must be a whole number between 1 and 9999.`);
  return Number(text);
}
