/** A proxy-auth token of Modal (guide, "Proxy Auth Tokens") and the workspace whose functions receive it. */
export type ModalCredentials = Readonly<{
  workspace: string;
  environments: readonly string[];
  key: string;
  secret: string;
}>;

const noLines: readonly string[] = [];

/**
 * Returns a function that returns the header lines for calling a host: `Modal-Key` and `Modal-Secret` for Modal hosts whose
 * label starts with `<workspace>--` or `<workspace>-<environment>--`, none for others. The token of workspace `acme` must not
 * be sent to `acme-other--app.modal.run`, which may belong to someone else: environments are configured, never guessed.
 */
export function credentialsFor(credentials: ModalCredentials | null): (host: string) => readonly string[] {
  if (credentials === null) return () => noLines;
  const { workspace, environments, key, secret } = credentials;
  const prefixes = [`${workspace}--`, ...environments.map((environment) => `${workspace}-${environment}--`)];
  const lines: readonly string[] = ['modal-key', key, 'modal-secret', secret];
  return (host) =>
    /^[^.]+\.modal\.run$/.test(host) && prefixes.some((prefix) => host.startsWith(prefix)) ? lines : noLines;
}
