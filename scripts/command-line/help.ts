/** Whether the arguments of a command request its usage text. */
export function isHelpRequested(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h');
}

/** Prints the usage text and exits with 0 if this process was started with `--help` or `-h`. */
export function exitIfHelpRequested(usage: string): void {
  if (!isHelpRequested(process.argv.slice(2))) return;
  console.log(usage);
  process.exit(0);
}
