import { quoted } from '../json-schema/quoted.ts';
import { invisibleCharacter } from './invisible-character.ts';
import { runPrefix } from './run-prefix.ts';
import { type Parsed, parsed, refused } from './verdict.ts';

/** Methods that a row may use: POST, unless `api_endpoint_url` begins with another one. */
export const httpMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type HttpMethod = (typeof httpMethods)[number];

/** Where callers reach a row. */
export type Endpoint = Readonly<{ method: HttpMethod; path: string }>;

const maxPathLength = 512;
/** RFC 3986 section 3.3: pchar without percent-encodings, which would give one path two spellings. */
const segmentPattern = /^[A-Za-z0-9\-._~!$&'()*+,;=:@]+$/;
const conventionalPattern = /^\/run(?:\/[a-z0-9]+(?:-[a-z0-9]+)*){4}$/;
const column = 'api_endpoint_url';

/**
 * Reads the three forms of `api_endpoint_url`, which all mean the same: `/run/a/b/c/d`, `POST /run/a/b/c/d` and
 * `https://api.example.com/run/a/b/c/d`. A trailing slash is dropped; nothing is decoded.
 */
export function parseEndpoint(text: string): Parsed<Endpoint> {
  const [, word, rest] = /^(?:([A-Za-z]+)\s+)?(.*)$/s.exec(text) ?? [];
  const method = httpMethods.find((known) => known === (word ?? 'POST').toUpperCase());
  if (method === undefined) {
    return refused(
      'method_unsupported',
      column,
      `${quoted(word ?? '')} is not a supported method: write one of ${httpMethods.join(', ')} before the path, or the path alone for POST.`,
    );
  }
  const path = (rest ?? '').replace(/^https?:\/\/[^/?#]*/i, '').replace(/\/$/, '');
  if (!path.startsWith(runPrefix)) {
    return refused(
      'path_outside_run',
      column,
      `${quoted(text)} is not under /run/: only paths such as /run/companies/gemini/industry/infer are routed.`,
    );
  }
  const fault = pathFault(path);
  if (fault !== null) return refused('path_invalid', column, `${quoted(text)} cannot be routed: ${fault}.`);
  return parsed({ method, path });
}

function pathFault(path: string): string | null {
  if (path.length > maxPathLength) return `it is longer than ${maxPathLength} characters`;
  for (const segment of path.slice(runPrefix.length).split('/')) {
    if (segment === '') return 'it has an empty segment (two slashes in a row)';
    if (segment === '.' || segment === '..')
      return 'it has a segment "." or "..", which clients resolve before they send a request';
    if (!segmentPattern.test(segment)) {
      const found = invisibleCharacter(segment);
      return found === null
        ? `the segment ${quoted(segment)} has a character outside letters, digits and -._~!$&'()*+,;=:@`
        : `the segment ${quoted(segment)} has the invisible character ${found}`;
    }
  }
  return null;
}

/** Whether a path follows the convention /run/{entity}/{provider}/{workflow}/{action}, each in kebab-case. */
export function isConventionalPath(path: string): boolean {
  return conventionalPattern.test(path);
}
