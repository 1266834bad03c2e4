import { execFile } from 'node:child_process';

/** Whether a program is installed: it can be started, whatever its exit code. */
export function hasProgram(name: string, argument: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(name, [argument], (error) => resolve(error === null || error.code !== 'ENOENT'));
  });
}
