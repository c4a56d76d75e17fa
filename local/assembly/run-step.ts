import { spawn } from 'node:child_process';
import { UserError } from '../user-error.ts';

/** Enough of a failed step's output to see the reason. */
const outputCharactersMax = 4_000;

/**
 * Runs a Node program to its end, in the runner's own process group so that Ctrl-C reaches it too. Throws with the end of its output when it fails.
 *
 * @example await runStep("Bundling", ["lib/bundle/main.ts"], projectFolder, {})
 */
export async function runStep(
  name: string,
  nodeArguments: readonly string[],
  folder: string,
  options: { readonly environment?: Readonly<Record<string, string>>; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const child = spawn(process.execPath, nodeArguments, {
    cwd: folder,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: options.signal,
  });
  // An abort is also emitted as an error; the end of the process says all that is needed.
  child.once('error', () => undefined);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-outputCharactersMax);
    });
  }
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('close', (...ending) => resolve(ending));
  });
  if (code === 0) return;
  throw new UserError(`${name} failed (${signal ?? `exit code ${code}`}):\n${output.trim()}`);
}
