import { parseArgs } from 'node:util';
import { type PeerName, peerNames } from './peers/peers.ts';
import { allScenarios, quickScenarios, type Scenario } from './scenarios.ts';

export type Options = Readonly<{
  scenarios: readonly Scenario[];
  /** How often each peer of each scenario is measured; at most, in a quick run. */
  rounds: number;
  /** How long one measurement takes. */
  seconds: number;
  isQuick: boolean;
  /** Whether ratios are compared with the committed ones. */
  isCheck: boolean;
  /** Whether the committed ratios and the documentation are written anew. */
  isWrite: boolean;
  /** Where all samples are written to, as JSON. */
  jsonFile: string | null;
}>;

export const usage = `npm run bench -- [SCENARIO …] [--quick] [--check] [--write]
    [--peers NAME,…] [--rounds 7] [--seconds 3] [--json FILE]
  --quick  takes a minute
  --check  exits with 1 where a ratio is 15 % worse than the committed one
  --write  writes docs/performance.json, and after a full run docs/performance.md and its chart
  scenarios: ${allScenarios.map(({ name }) => name).join(', ')}
  peers: ${peerNames.join(', ')}`;

/** @throws with a sentence for whoever typed the command. */
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
    throw new Error('--write takes all scenarios and peers: leave their names out.');
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
  if (unknown.length > 0) throw new Error(`There is no scenario ${unknown.join(', ')}.`);
  return scenarios.filter(({ name }) => names.length === 0 || names.includes(name));
}

function peerNamed(text: string): PeerName {
  const found = peerNames.find((name) => name === text);
  if (found === undefined) throw new Error(`There is no peer ${text}.`);
  return found;
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`${option} must be a whole number from 1 to 9999.`);
  return Number(text);
}
