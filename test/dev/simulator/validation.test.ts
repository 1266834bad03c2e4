import { describe, expect, test } from 'vitest';
import type { SimulatedFunction } from '../../../src/dev/simulator/simulator.ts';
import type { JsonObject, JsonValue } from '../../../src/json-schema/json.ts';
import { call, echoFunction } from './client.ts';
import { start } from './start.ts';

/** Calls a function whose one member `value` has this schema, and gives what it got or its faults. */
async function check(schema: JsonObject, value: JsonValue): Promise<JsonValue> {
  const requestSchema = { type: 'object', properties: { value: schema }, required: ['value'] };
  const simulated: SimulatedFunction = { ...echoFunction, requestSchema };
  const simulator = await start({ findFunction: () => simulated });
  return (await call(simulator, { body: { value } })).json();
}

const accepted = (value: JsonValue) => ({ success: true, echo: { value } });

describe('a body is validated as FastAPI would', () => {
  test('a missing field is reported, and the body echoed', async () => {
    const simulator = await start();
    const response = await call(simulator, { body: {} });
    expect(response.status).toBe(422);
    expect(response.json()).toEqual({
      detail: [{ type: 'missing', loc: ['body', 'domain'], msg: 'Field required', input: {} }],
    });
    expect(response.headers['modal-function-call-id']).toMatch(/^fc-/);
  });

  test.each(['', 'null'])('a body of %j counts as absent', async (body) => {
    const simulator = await start();
    const response = await call(simulator, { body });
    expect(response.status).toBe(422);
    expect(response.json()).toEqual({
      detail: [{ type: 'missing', loc: ['body'], msg: 'Field required', input: null }],
    });
  });

  test('a body that is not an object is not a model', async () => {
    const simulator = await start();
    const response = await call(simulator, { body: [1] });
    expect(response.json()).toMatchObject({
      detail: [{ type: 'model_attributes_type', loc: ['body'], input: [1] }],
    });
  });

  test('JSON sent as text/plain is a string, so not a model either', async () => {
    const simulator = await start();
    const response = await call(simulator, { headers: { 'content-type': 'text/plain' } });
    expect(response.status).toBe(422);
    expect(response.json()).toMatchObject({
      detail: [{ type: 'model_attributes_type', input: '{"domain":"acme.example"}' }],
    });
  });

  test('every fault of a body is reported at once', async () => {
    const simulator = await start();
    const response = await call(simulator, { body: { limit: 'many', dry_run: 'perhaps' } });
    expect(response.json()).toMatchObject({
      detail: [{ type: 'missing' }, { type: 'int_parsing' }, { type: 'bool_parsing' }],
    });
  });

  // Expected types and messages: pydantic 2.13.4 run on the same values.
  test.each([
    ['string', 1, 'string_type', 'Input should be a valid string'],
    ['string', null, 'string_type', 'Input should be a valid string'],
    ['integer', 'x', 'int_parsing', 'Input should be a valid integer, unable to parse string as an integer'],
    [
      'integer',
      1.5,
      'int_from_float',
      'Input should be a valid integer, got a number with a fractional part',
    ],
    ['integer', null, 'int_type', 'Input should be a valid integer'],
    ['number', 'x', 'float_parsing', 'Input should be a valid number, unable to parse string as a number'],
    ['number', [], 'float_type', 'Input should be a valid number'],
    ['boolean', 'maybe', 'bool_parsing', 'Input should be a valid boolean, unable to interpret input'],
    ['boolean', 2, 'bool_parsing', 'Input should be a valid boolean, unable to interpret input'],
    ['boolean', 0.5, 'bool_type', 'Input should be a valid boolean'],
    ['object', [], 'dict_type', 'Input should be a valid dictionary'],
    ['array', {}, 'list_type', 'Input should be a valid list'],
    ['null', 1, 'none_required', 'Input should be None'],
  ])('as %s, %j is refused as %s', async (type, value, fault, msg) => {
    expect(await check({ type }, value)).toEqual({
      detail: [{ type: fault, loc: ['body', 'value'], msg, input: value }],
    });
  });

  test.each([
    ['integer', '12', 12],
    ['integer', ' 1_000 ', 1000],
    ['integer', '3.0', 3],
    ['integer', true, 1],
    ['number', '1.5e1', 15],
    ['boolean', 'TRUE', true],
    ['boolean', 'off', false],
    ['boolean', 1, true],
  ])('as %s, %j is accepted and becomes %j', async (type, value, coerced) => {
    expect(await check({ type }, value)).toEqual(accepted(coerced));
  });

  test('a nullable member accepts null, and its faults read as if it were not nullable', async () => {
    expect(await check({ type: ['integer', 'null'] }, null)).toEqual(accepted(null));
    expect(await check({ type: ['integer', 'null'] }, 'x')).toMatchObject({
      detail: [{ type: 'int_parsing', loc: ['body', 'value'] }],
    });
  });

  test('a union names each of its members', async () => {
    expect(await check({ type: ['string', 'integer'] }, [])).toMatchObject({
      detail: [
        { type: 'string_type', loc: ['body', 'value', 'str'] },
        { type: 'int_type', loc: ['body', 'value', 'int'] },
      ],
    });
  });

  test('a union keeps what already fits', async () => {
    expect(await check({ type: ['integer', 'string'] }, '1')).toEqual(accepted('1'));
  });

  test('items are checked one by one, with their index', async () => {
    const person = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    expect(await check({ type: 'array', items: person }, [{ name: 'Ann' }, {}, 3])).toMatchObject({
      detail: [
        { type: 'missing', loc: ['body', 'value', 1, 'name'], input: {} },
        { type: 'model_attributes_type', loc: ['body', 'value', 2], input: 3 },
      ],
    });
  });

  test('an enum is a Literal', async () => {
    expect(await check({ enum: ['a', 'b', 3] }, 'c')).toMatchObject({
      detail: [
        { type: 'literal_error', msg: "Input should be 'a', 'b' or 3", ctx: { expected: "'a', 'b' or 3" } },
      ],
    });
  });

  test('a GET function is validated by its query', async () => {
    const requestSchema = {
      type: 'object',
      properties: { domain: { type: 'string' }, limit: { type: 'integer' } },
      required: ['domain'],
    };
    const simulated: SimulatedFunction = { ...echoFunction, method: 'GET', requestSchema };
    const simulator = await start({ findFunction: () => simulated });
    const missing = await call(simulator, { method: 'GET' });
    expect(missing.json()).toEqual({
      detail: [{ type: 'missing', loc: ['query', 'domain'], msg: 'Field required', input: null }],
    });
    const given = await call(simulator, { method: 'GET', target: '/?domain=a.example&limit=5' });
    expect(given.json()).toEqual({ success: true, echo: { domain: 'a.example', limit: 5 } });
  });
});
