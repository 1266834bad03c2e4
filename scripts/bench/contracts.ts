import { readFile } from 'node:fs/promises';
import { type Contract, createContract } from '../../src/dynamic/contracts/compiled-contract.ts';
import { checkBody } from '../../src/dynamic/contracts/request-check.ts';
import { demoRegistryFile } from '../../src/dev/demo-registry/demo-registry.ts';
import { parseContract } from '../../src/schemas/columns/contract.ts';
import { isJsonObject, type JsonObject } from '../../src/json-schema/json.ts';

/**
 * `node --expose-gc scripts/bench/contracts.ts`: what contracts cost. By the demo registry's, per call; and what compiling the
 * largest that are taken costs, once.
 */
const rounds = 2_000;
const rows: unknown = JSON.parse(await readFile(demoRegistryFile, 'utf8'));
const exposed = (Array.isArray(rows) ? rows : []).filter((row) => row.api_endpoint_url !== null);
const schemas: readonly JsonObject[] = exposed.map((row) => row.request_schema).filter(isJsonObject);
const bodies = exposed.map((row) => Buffer.from(JSON.stringify(row.example_request)));

const heapBefore = heapBytes();
const [contracts, compileMs] = timed(() => schemas.map((schema) => createContract(schema)));
const heapEach = (heapBytes() - heapBefore) / contracts.length;
const bytes = bodies.reduce((sum, body) => sum + body.byteLength, 0) / bodies.length;
console.log(
  `compiling a demo contract: ${(compileMs / schemas.length).toFixed(2)} ms, ${Math.round(heapEach / 1024)} KiB`,
);

checkAll(contracts, rounds / 10);
const [, checkMs] = timed(() => checkAll(contracts, rounds));
const [, parseMs] = timed(() => {
  for (let round = 0; round < rounds; round += 1) for (const body of bodies) JSON.parse(body.toString());
});
const calls = rounds * bodies.length;
console.log(
  `checking a body of ${Math.round(bytes)} bytes: ${perCall(checkMs, calls)} µs, of which reading it as JSON is ${perCall(parseMs, calls)} µs`,
);

const property = (index: number): [string, JsonObject] => [
  `p${index}`,
  { type: ['string', 'null'], maxLength: 5 },
];
const widest = {
  type: 'object',
  properties: Object.fromEntries(Array.from({ length: 990 }, (_, index) => property(index))),
};
const unfolding = {
  $ref: '#/$defs/l0',
  $defs: Object.fromEntries(
    Array.from({ length: 12 }, (_, level) => [
      `l${level}`,
      level === 11
        ? { type: 'string' }
        : { allOf: [{ $ref: `#/$defs/l${level + 1}` }, { $ref: `#/$defs/l${level + 1}` }] },
    ]),
  ),
};
for (const [name, schema] of Object.entries({
  'with 990 properties': widest,
  'that unfolds to 8,000': unfolding,
})) {
  const [verdict, validationMs] = timed(() => parseContract(schema, 'request_schema'));
  const [contract, ms] = timed(() => createContract(schema));
  const [, violationsMs] = timed(() => contract.violationsIn({ p1: 5 }, 1));
  console.log(
    `a contract ${name} (accepted: ${verdict.ok}): validated in ${validationMs.toFixed(1)} ms, compiled in ${ms.toFixed(1)} ms, first refusal ${violationsMs.toFixed(1)} ms`,
  );
}

function checkAll(all: readonly Contract[], times: number): void {
  for (let round = 0; round < times; round += 1) {
    for (const [index, contract] of all.entries()) checkBody(contract, bodies[index] ?? null, true);
  }
}

function timed<T>(work: () => T): readonly [T, number] {
  const startedAt = performance.now();
  const result = work();
  return [result, performance.now() - startedAt];
}

function perCall(ms: number, count: number): string {
  return ((ms * 1000) / count).toFixed(1);
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
