import { createHash } from 'node:crypto';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registryFingerprint } from '../../../../src/db/registry/fingerprint.ts';
import {
  readSnapshotFile,
  type SnapshotToSave,
  writeSnapshotFile,
} from '../../../../src/dynamic/registry/saved/snapshot-file.ts';
import type { SavedRow } from '../../../../src/dynamic/registry/saved/snapshot-format.ts';
import { createSnapshotSaver } from '../../../../src/dynamic/registry/saved/snapshot-saver.ts';
import type { JsonObject } from '../../../../src/json-schema/json.ts';
import { longestTurnCpuMs } from '../../../helpers/cpu-time.ts';
import { temporaryDirectory } from '../../../helpers/process.ts';
import { until } from '../../../helpers/until.ts';

const registry = registryFingerprint('postgres://rowgate@db.example.com/app', 'reference.routes');

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let path: string;
beforeEach(async () => {
  directory = await temporaryDirectory('rowgate-snapshot-');
  path = join(directory.path, 'snapshot.json');
});
afterEach(() => directory[Symbol.asyncDispose]());

const saved = (slug: string, more: JsonObject = {}): SavedRow => ({
  row: { workflow_slug: slug, ...more },
  hash: `hash of ${slug}`,
  served: true,
  goodRow: null,
});
const snapshot = (rows: readonly SavedRow[], version = '7'): SnapshotToSave => ({
  version,
  rows,
  count: rows.length,
});
const manyRows = (count: number, characters: number): SavedRow[] =>
  Array.from({ length: count }, (_, number) =>
    saved(`row-${number}`, { description: 'é'.repeat(characters / 2) }),
  );
const read = (of = registry) => readSnapshotFile(path, of);
const readVersion = async () => {
  const result = await read();
  return result.status === 'found' ? result.snapshot.version : result;
};
const refused = (words: RegExp) => ({ status: 'refused', reason: expect.stringMatching(words) });
const names = () => readdir(directory.path);

/** A file of these lines with the checksum that they need: what only somebody who knows the format could write. */
async function forge(lines: readonly unknown[]): Promise<void> {
  const body = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  const sha256 = createHash('sha256').update(body).digest('hex');
  await writeFile(path, `${body}${JSON.stringify({ sha256 })}\n`);
}
const header = {
  format: 'rowgate-snapshot',
  format_version: 1,
  registry,
  version: '7',
  saved_at: '2026-01-02T03:04:05.000Z',
  rows: 1,
};

describe('a saved snapshot', () => {
  test('comes back as it was written, stale rows with the version that is served', async () => {
    const strange = 'line\u2028feed\r\n "quoted" \u0000 ü 漢字 🚀 \ud800';
    const rows = [
      saved('a', { description: strange, nested: { list: [1, 1.5, -0.25, null, true, [], {}] } }),
      { ...saved('b'), goodRow: { workflow_slug: 'b', timeout_seconds: 30 } },
    ];
    const before = Date.now();
    await writeSnapshotFile(path, registry, snapshot(rows, '9007199254740993'));
    const result = await read();
    if (result.status !== 'found') throw new Error('not found');
    expect(result.snapshot).toMatchObject({ version: '9007199254740993', rows });
    const savedAt = Date.parse(result.snapshot.savedAt);
    expect(savedAt).toBeGreaterThanOrEqual(before);
    expect(savedAt).toBeLessThanOrEqual(Date.now());
  });

  test('has the documented lines', async () => {
    const { bytes } = await writeSnapshotFile(
      path,
      registry,
      snapshot([saved('a'), { ...saved('b'), goodRow: { c: 1 } }]),
    );
    const text = await readFile(path, 'utf8');
    expect(bytes).toBe(Buffer.byteLength(text));
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      { ...header, saved_at: expect.any(String), rows: 2 },
      { row: { workflow_slug: 'a' }, hash: 'hash of a', served: true },
      { row: { workflow_slug: 'b' }, hash: 'hash of b', served: true, good_row: { c: 1 } },
      {
        sha256: createHash('sha256')
          .update(`${lines.slice(0, 3).join('\n')}\n`)
          .digest('hex'),
      },
    ]);
  });

  test('of no rows, and rows whose lines are longer than what is read at once, come back too', async () => {
    for (const rows of [[], [saved('a'), ...manyRows(3, 3_000_000), saved('b')]]) {
      await writeSnapshotFile(path, registry, snapshot(rows));
      expect(await read()).toMatchObject({ status: 'found', snapshot: { rows } });
    }
  });

  test('is readable by its owner only, also where the file had another mode before', async () => {
    await writeFile(path, 'old', { mode: 0o644 });
    await chmod(path, 0o666);
    await writeSnapshotFile(path, registry, snapshot([saved('a')]));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('makes the directory that it is to be in', async () => {
    path = join(directory.path, 'not-yet', 'snapshot.json');
    await writeSnapshotFile(path, registry, snapshot([saved('a')]));
    expect(await readVersion()).toBe('7');
  });

  test('replaces a symbolic link and leaves what it pointed to alone', async () => {
    const other = join(directory.path, 'other');
    await writeFile(other, 'mine');
    await symlink(other, path);
    await writeSnapshotFile(path, registry, snapshot([saved('a')]));
    expect(await readFile(other, 'utf8')).toBe('mine');
    expect(await readVersion()).toBe('7');
  });
});

test('a directory that cannot be made is a fault at once', async () => {
  const nowhere = join('/proc', 'nope', 'snapshot.json');
  await expect(writeSnapshotFile(nowhere, 'r', { version: '1', rows: [], count: 0 })).rejects.toThrow(
    /ENOENT|EACCES|EPERM/,
  );
});

describe('a file that cannot be used', () => {
  test('is missing where there is none', async () => {
    expect(await read()).toEqual({ status: 'missing' });
    path = join(directory.path, 'no', 'directory');
    expect(await read()).toEqual({ status: 'missing' });
  });

  test('is refused when it was cut at any byte', async () => {
    await writeSnapshotFile(path, registry, snapshot([saved('a'), saved('b')]));
    const { size } = await stat(path);
    for (let length = size - 1; length >= 0; length -= 1) {
      await truncate(path, length);
      expect(await read(), `cut to ${length} bytes`).toEqual(refused(/it is damaged/));
    }
  });

  test('is refused when any byte of it was changed, and when something was appended', async () => {
    await writeSnapshotFile(path, registry, snapshot([saved('a'), saved('b')]));
    const good = await readFile(path);
    for (const [position, byte] of good.entries()) {
      const bad = Buffer.from(good);
      bad[position] = byte ^ 1;
      await writeFile(path, bad);
      expect(await read(), `byte ${position} changed`).toEqual(refused(/snapshot\.json is not used/));
    }
    await writeFile(path, Buffer.concat([good, Buffer.from('\n')]));
    expect(await read()).toEqual(refused(/its checksum does not match\); it is rewritten/));
    await writeFile(path, good);
    expect(await readVersion()).toBe('7');
  });

  test('is refused when it belongs to another registry', async () => {
    await writeSnapshotFile(path, registry, snapshot([saved('a')]));
    expect(await read('0123456789abcdef')).toEqual(refused(/belongs to another registry.*SNAPSHOT_PATH/));
  });

  test('is refused when a newer version of Rowgate wrote it, whatever follows its header', async () => {
    await writeFile(path, `${JSON.stringify({ ...header, format_version: 2 })}\nsomething new`);
    expect(await read()).toEqual(refused(/a newer version of Rowgate/));
  });

  const row = { row: { workflow_slug: 'a' }, hash: 'h', served: true };
  test.each<[string, readonly unknown[]]>([
    ['a header of something else', [{ ...header, format: 'other' }, row]],
    ['a header without version', [{ ...header, version: undefined }, row]],
    ['a header whose time is none', [{ ...header, saved_at: 'yesterday' }, row]],
    ['a header with a strange count', [{ ...header, rows: -1 }]],
    ['an older format than the first', [{ ...header, format_version: 0 }, row]],
    ['a header that is an array', [[header], row]],
    ['a header longer than any', [{ ...header, more: 'x'.repeat(5000) }, row]],
    ['fewer rows than it says', [header]],
    ['more rows than it says', [header, row, row]],
    ['a row that is no JSON', [header, '{"row":{},"hash":']],
    ['an empty line', [header, '']],
    ['a row that is null', [header, 'null']],
    ['a row without its hash', [header, { row: {} }]],
    ['a row that is an array', [header, { row: [], hash: 'h', served: true }]],
    ['a row that does not say whether it is served', [header, { row: {}, hash: 'h' }]],
    ['a good row that is a string', [header, { ...row, good_row: 'x' }]],
    ['members that are inherited', [header, '{"__proto__":{"row":{},"hash":"h"}}']],
  ])('is refused with %s, even if its checksum is right', async (_, lines) => {
    await forge(lines);
    expect(await read()).toEqual(refused(/it is damaged \(.*is rewritten/));
  });

  test('gives a member named __proto__ as a member like any other', async () => {
    await forge([header, '{"row":{"__proto__":{"is_active":false}},"hash":"h","served":true}']);
    const result = await read();
    if (result.status !== 'found') throw new Error('refused');
    const [found] = result.snapshot.rows;
    expect(Object.keys(found?.row ?? {})).toEqual(['__proto__']);
    expect(found?.row['is_active']).toBeUndefined();
    await writeSnapshotFile(path, registry, snapshot(result.snapshot.rows));
    expect(await readFile(path, 'utf8')).toContain(
      '{"row":{"__proto__":{"is_active":false}},"hash":"h","served":true}',
    );
  });

  test('is refused when it is a directory, lies under a file, cannot be reached or is larger than 1 GiB', async () => {
    await mkdir(path);
    expect(await read()).toEqual(refused(/not a regular file; .*SNAPSHOT_PATH/));
    const file = join(directory.path, 'file');
    await writeFile(file, '');
    await truncate(file, 1024 ** 3 + 1);
    expect(await readSnapshotFile(file, registry)).toEqual(refused(/larger than 1 GiB/));
    expect(await readSnapshotFile(join(file, 'x'), registry)).toEqual(refused(/ENOTDIR.*SNAPSHOT_PATH/));
    const loop = join(directory.path, 'loop');
    await symlink(loop, loop);
    expect(await readSnapshotFile(loop, registry)).toEqual(refused(/cannot be read \(.*ELOOP/));
  });

  test.skipIf(process.getuid?.() === 0)('is refused when its mode forbids to read it', async () => {
    await writeFile(path, '', { mode: 0 });
    expect(await read()).toEqual(refused(/EACCES/));
  });
});

describe('a write that fails', () => {
  test('leaves the old file and nothing beside it', async () => {
    await writeSnapshotFile(path, registry, snapshot([saved('a')]));
    function* broken() {
      yield* manyRows(1000, 100);
      throw new Error('no more rows');
    }
    await expect(
      writeSnapshotFile(path, registry, { version: '8', rows: broken(), count: 2000 }),
    ).rejects.toThrow('no more rows');
    await expect(
      writeSnapshotFile(path, registry, { version: '8', rows: [saved('a')], count: 2 }),
    ).rejects.toThrow('has 1 rows instead of 2');
    expect(await readVersion()).toBe('7');
    expect(await names()).toEqual(['snapshot.json']);
  });

  test('tells it, and leaves nothing, where a directory is in the way', async () => {
    await mkdir(path);
    await expect(writeSnapshotFile(path, registry, snapshot([saved('a')]))).rejects.toThrow(
      /EISDIR|directory/,
    );
    expect(await names()).toEqual(['snapshot.json']);
  });
});

describe('a temporary file that a killed process left', () => {
  test('is removed after an hour where another host left it, and nobody else’s files are', async () => {
    const foreign = ['snapshot.json.new-00000000-1-0123abcd', 'snapshot.json.new-00000000-1-4567abcd'];
    const others = ['other.json.new-00000000-1-0123abcd', 'snapshot.json.new-mine'];
    for (const name of [...foreign, ...others]) await writeFile(join(directory.path, name), '');
    const old = new Date(Date.now() - 3_700_000);
    for (const name of [foreign[0] ?? '', ...others]) await utimes(join(directory.path, name), old, old);
    await writeSnapshotFile(path, registry, snapshot([saved('a')]));
    expect(new Set(await names())).toEqual(new Set([...others, foreign[1], 'snapshot.json']));
  });

  test('is not mistaken for one that goes on: a second write in this process leaves the first alone', async () => {
    let second: Promise<unknown> | undefined;
    function* interrupted() {
      for (const row of manyRows(10_000, 1000)) {
        second ??= writeSnapshotFile(path, registry, snapshot([saved('a')], '2'));
        yield row;
      }
    }
    await writeSnapshotFile(path, registry, { version: '1', rows: interrupted(), count: 10_000 });
    await second;
    // Which of the two is the last to be renamed is left to the disk.
    expect(['1', '2']).toContain(await readVersion());
    expect(await names()).toEqual(['snapshot.json']);
  });
});

describe('writing', () => {
  /** How many rows were asked for in the one turn of the event loop in which most were. */
  async function mostRowsInOneTurn(rows: readonly SavedRow[]): Promise<number> {
    let inThisTurn = 0;
    let most = 0;
    const newTurn = () => {
      inThisTurn = 0;
      immediate = setImmediate(newTurn);
    };
    let immediate = setImmediate(newTurn);
    function* counted() {
      for (const row of rows) {
        most = Math.max(most, (inThisTurn += 1));
        yield row;
      }
    }
    await writeSnapshotFile(path, registry, { version: '1', rows: counted(), count: rows.length });
    clearImmediate(immediate);
    return most;
  }

  test('takes 200 rows in one turn of the event loop, and fewer when they are large', async () => {
    expect(await mostRowsInOneTurn(manyRows(2000, 100))).toBe(200);
    expect(await mostRowsInOneTurn(manyRows(50, 1_000_000))).toBeLessThanOrEqual(2);
  });

  test('10,000 rows of 2.5 KB does not block the event loop for long', async () => {
    const rows = manyRows(10_000, 2500);
    // About 10 ms of the processor's time, which other processes do not add to.
    expect(await longestTurnCpuMs(() => writeSnapshotFile(path, registry, snapshot(rows)))).toBeLessThan(200);
  });
});

describe('a saver', () => {
  const start = (minIntervalMs: number) => {
    const facts: { version: string; rows: number; bytes: number; durationMs: number }[] = [];
    const faults: unknown[] = [];
    const saver = createSnapshotSaver({
      path,
      registry,
      minIntervalMs,
      onSaved: (fact) => facts.push(fact),
      onFailed: (error) => faults.push(error),
    });
    return { saver, facts, faults, versions: () => facts.map(({ version }) => version) };
  };
  const one = (version: string) => snapshot([saved('a')], version);

  test('writes the first snapshot at once and tells what it wrote', async () => {
    const { saver, facts } = start(3_600_000);
    saver.save(one('1'));
    await until('it is saved', () => facts.length === 1);
    expect(facts).toEqual([
      { version: '1', rows: 1, bytes: (await stat(path)).size, durationMs: expect.any(Number) },
    ]);
    expect(await readVersion()).toBe('1');
  });

  test('writes only the newest of those that arrive during a write', async () => {
    const { saver, versions } = start(0);
    for (const version of ['1', '2', '3', '4']) saver.save(one(version));
    await until('the newest is saved', () => versions().includes('4'));
    expect(versions()).toEqual(['1', '4']);
    expect(await readVersion()).toBe('4');
  });

  test('rests between two writes, and then writes the newest by itself', async () => {
    const { saver, versions } = start(200);
    saver.save(one('1'));
    await until('the first is saved', () => versions().length === 1);
    const first = performance.now();
    saver.save(one('2'));
    saver.save(one('3'));
    await until('the next is saved', () => versions().length === 2);
    expect(versions()).toEqual(['1', '3']);
    expect(performance.now() - first).toBeGreaterThan(150);
  });

  test('writes what is pending when it is flushed, without waiting for its interval', async () => {
    const { saver, versions } = start(3_600_000);
    await saver.flush();
    saver.save(one('1'));
    saver.save(one('2'));
    await saver.flush();
    saver.save(one('3'));
    await saver.flush();
    expect(versions()).toEqual(['1', '2', '3']);
    expect(await readVersion()).toBe('3');
  });

  test('tells a failure, never throws it, and saves the next one', async () => {
    await mkdir(path);
    const { saver, faults, versions } = start(0);
    saver.save(one('1'));
    await saver.flush();
    expect(faults).toHaveLength(1);
    await directory[Symbol.asyncDispose]();
    saver.save(one('2'));
    await saver.flush();
    expect(versions()).toEqual(['2']);
    expect(faults).toHaveLength(1);
  });
});

describe('the fingerprint of a registry', () => {
  const table = 'reference.routes';
  const of = (url: string | null, name = table) => registryFingerprint(url, name);

  test('is the same whatever the user, the password and the options', () => {
    const plain = of('postgres://db.example.com/app');
    expect(plain).toMatch(/^[0-9a-f]{16}$/);
    expect(of('postgresql://alice:secret@DB.example.com:5432/app?sslmode=require')).toBe(plain);
    expect(of('postgres://bob:other@db.example.com/app')).toBe(plain);
  });

  test('differs with the server, the port, the database and the table', () => {
    const all = [
      of(null),
      of(null, 'reference.other'),
      of('postgres://db.example.com/app'),
      of('postgres://db.example.com/app', 'reference.other'),
      of('postgres://db.example.com/other'),
      of('postgres://db.example.com:5433/app'),
      of('postgres://other.example.com/app'),
      of('postgres:///app?host=/var/run/postgresql'),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  test('does not repeat a URL that is none', () => {
    expect(() => of('postgres://user:secret@')).toThrow(/^(?!.*secret)/);
  });
});
