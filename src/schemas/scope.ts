/** What a key may do besides calling workflows. `admin` may do everything. */
export const plainScopes = ['read', 'data:read', 'registry:write', 'runs:manage', 'admin'] as const;
export type PlainScope = (typeof plainScopes)[number];

/** What a request needs: a scope, or to call the workflow at a path below /run/. */
export type Need = Readonly<{ scope: PlainScope }> | Readonly<{ runPath: string }>;

const maxScopeLength = 200;
const scopePrefix = 'run:';
/** A segment of a path as rows may have it, or `*` for any one; `**`, only at the end, for any number. */
const globPattern = /^(?:(?:[A-Za-z0-9\-._~!$&'()+,;=:@]+|\*)(?:\/|$))*(?:\*\*)?$/;

/** Whether a text is a scope: `read`, `run:companies/**`, `run:companies/gemini/*`/`infer`. */
export function isScope(text: string): boolean {
  if (plainScopes.some((scope) => scope === text)) return true;
  if (!text.startsWith(scopePrefix) || text.length > maxScopeLength) return false;
  const glob = text.slice(scopePrefix.length);
  return glob !== '' && !glob.endsWith('/') && globPattern.test(glob);
}

/** What the scopes of one key allow. */
export type Grants = (need: Need) => boolean;

/** Compiled once per key. What is not a scope grants nothing. */
export function grantsOf(scopes: readonly string[]): Grants {
  const plain = new Set(scopes);
  const globs = scopes
    .filter((scope) => scope.startsWith(scopePrefix) && isScope(scope))
    .map((scope) => globExpression(scope.slice(scopePrefix.length)));
  const isAdmin = plain.has('admin');
  return (need) => {
    if (isAdmin) return true;
    if ('scope' in need) return plain.has(need.scope);
    return globs.some((glob) => glob.test(need.runPath));
  };
}

/** Linear: only the last wildcard can match a slash. */
function globExpression(glob: string): RegExp {
  const source = glob
    .split('/')
    .map((segment) => {
      if (segment === '**') return '.+';
      return segment === '*' ? '[^/]+' : RegExp.escape(segment);
    })
    .join('/');
  return new RegExp(`^${source}$`);
}

/** A need in words, for a person whose key does not meet it. */
export function needText(need: Need): string {
  return 'scope' in need ? need.scope : `${scopePrefix}${need.runPath}`;
}
