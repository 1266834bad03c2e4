import type { Problem } from '../errors.ts';
import { type Need, needText } from '../schemas/scope.ts';
import type { LimitRefusal } from './key-limits.ts';
import type { KeyVerdict } from './key-ring.ts';
import { durationText } from './duration-text.ts';

/** RFC 6750 section 3: how a client is asked to authenticate. */
const challenge = { 'www-authenticate': 'Bearer realm="rowgate"' } as const;

const invalidToken = {
  'www-authenticate': `${challenge['www-authenticate']}, error="invalid_token"`,
} as const;

/** @param seen what was sent instead of a key, and how to send one (sent-key.ts). */
export function keyMissing(seen: string | null): Problem {
  const detail = `This request needs an API key. ${seen ?? 'Send it as "Authorization: Bearer …" or "X-API-Key".'}`;
  return { code: 'key_missing', detail, headers: challenge };
}

/** @param seen what is visibly wrong with the key (sent-key.ts). */
export function keyUnknown(seen: string | null): Problem {
  const detail =
    seen ?? 'The API key is unknown. Check that it belongs to this gateway and was copied exactly.';
  return { code: 'key_unknown', detail, headers: invalidToken };
}

const sentences = {
  revoked: 'The API key has been revoked. Ask an operator for a new one.',
  expired:
    'The API key has expired, or has been replaced by a rotation. Use the new key, or ask an operator for one.',
  invalid:
    'The API key exists, but its settings are invalid. Ask an operator to fix them: "npm run keys -- list" shows what is wrong.',
} as const;

export function keyUnusable(kind: Exclude<KeyVerdict['kind'], 'valid' | 'unknown'>): Problem {
  return { code: `key_${kind}`, detail: sentences[kind], headers: invalidToken };
}

export function scopeMissing(need: Need): Problem {
  const scope = needText(need);
  return {
    code: 'scope_missing',
    detail: `The API key is valid, but this request requires the scope ${scope}. Ask an operator for a key that has it.`,
    extra: { needs: scope },
    headers: { 'www-authenticate': `${challenge['www-authenticate']}, error="insufficient_scope"` },
  };
}

/** draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4. */
export function limitReached({ kind, quota, windowSeconds, retryAfterSeconds }: LimitRefusal): Problem {
  const per = kind === 'rate' ? 'second' : 'month';
  return {
    code: kind === 'rate' ? 'rate_limited' : 'quota_exceeded',
    detail: `The API key is limited to ${quota} ${quota === 1 ? 'request' : 'requests'} per ${per}. Retry in ${durationText(retryAfterSeconds)}.`,
    headers: {
      'ratelimit-policy': `"${kind}";q=${quota};w=${windowSeconds}`,
      ratelimit: `"${kind}";r=0;t=${retryAfterSeconds}`,
      'retry-after': String(retryAfterSeconds),
    },
  };
}

export const authUnavailable: Problem = {
  code: 'auth_unavailable',
  detail:
    'API keys cannot be verified: the database has been unreadable for longer than KEYS_MAX_STALE_SECONDS, or since the start. Retry later; the log shows the cause (keys_out_of_sync).',
  headers: { 'retry-after': '5' },
};

export function foreignHost(host: string): Problem {
  return {
    code: 'host_not_allowed',
    detail: `The host ${host.slice(0, 100)} is not allowed: without API keys, only loopback names and hosts in ALLOWED_HOSTS are accepted. Add it to ALLOWED_HOSTS, or set AUTH=required.`,
  };
}

/** @param site the request's Sec-Fetch-Site. */
export function crossSite(site: string): Problem {
  return {
    code: 'origin_not_allowed',
    detail: `Without API keys, pages of other sites may not call this gateway (Sec-Fetch-Site: ${site}). Set AUTH=required, or call it from a page whose origin is in CORS_ORIGINS.`,
  };
}

export function foreignOrigin(origin: string): Problem {
  return {
    code: 'origin_not_allowed',
    detail: `Without API keys, pages of ${origin.slice(0, 100)} may not call this gateway. Add the origin to CORS_ORIGINS, or its host to ALLOWED_HOSTS.`,
  };
}
