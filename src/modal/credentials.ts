/** A proxy-auth token of Modal (guide, "Proxy Auth Tokens"), and whose functions get it. */
export type ModalCredentials = Readonly<{
  workspace: string;
  environments: readonly string[];
  key: string;
  secret: string;
}>;

const noLines: readonly string[] = [];

/**
 * Gives the header lines that let us call a function of our own: `Modal-Key` and `Modal-Secret` for hosts of Modal
 * whose label starts `<workspace>--` or `<workspace>-<environment>--`, nothing for any other. A workspace `acme` must
 * not reach `acme-other--app.modal.run`, which is somebody else's: environments are named, never guessed.
 */
export function credentialsFor(credentials: ModalCredentials | null): (host: string) => readonly string[] {
  if (credentials === null) return () => noLines;
  const { workspace, environments, key, secret } = credentials;
  const prefixes = [`${workspace}--`, ...environments.map((environment) => `${workspace}-${environment}--`)];
  const lines: readonly string[] = ['modal-key', key, 'modal-secret', secret];
  return (host) =>
    /^[^.]+\.modal\.run$/.test(host) && prefixes.some((prefix) => host.startsWith(prefix)) ? lines : noLines;
}
