import { parseArgs } from 'node:util';
import { allScenarios, quickScenarios, type Scenario } from './scenarios.ts';
import { type PeerName, peerNames } from './peers/peers.ts';

export type Options = Readonly<{
  scenarios: readonly Scenario[];
  rounds: number;
  seconds: number;
  isQuick: boolean;
}>;

export const usage = `npm run bench -- [SCENARIO …] [--quick] [--peers NAME,…] [--rounds 7] [--seconds 3]
  scenarios: ${allScenarios.map(({ name }) => name).join(', ')}
  peers: ${peerNames.join(', ')}`;

/** @throws with a sentence for whoever typed the command. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      peers: { type: 'string' },
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string' },
    },
  });
  const isQuick = values.quick;
  const peers = values.peers === undefined ? peerNames : values.peers.split(',').map(peerNamed);
  return {
    isQuick,
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
