import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface TiedChildOptions {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  readonly workingFolder?: string;
  /** Called once when the child ends without having been stopped. `output` is the last part of what it printed. */
  onUnexpectedEnd?(description: string, output: string): void;
}

export interface TiedChild {
  /** The child's own pid, not the shell's. */
  readonly pid: number;
  /** The last part of what the child printed. */
  output(): string;
  ended(): boolean;
  stop(): Promise<void>;
}

/**
 * The shell holds the reading end of a pipe from this process. However this process ends, SIGKILL included, the pipe closes, `read` returns
 * and the child is killed. Nothing is ever written to the pipe.
 */
const watchScript = [
  'exec 3<&0',
  '"$@" 3<&- </dev/null & child=$!',
  'echo "pid $child"',
  '{ read -r line <&3; kill -9 $child; } >/dev/null 2>&1 &',
  'exec 3<&- </dev/null',
  'wait $child',
].join('\n');

/** Lines of a dead child's output that fit an error message. */
const outputCharactersMax = 4_000;

/**
 * Starts a program that cannot outlive this process, on any system with a POSIX shell.
 *
 * @example const child = await startTiedChild({ command: '/bin/engine', arguments: ['--port', '8000'] })
 */
export async function startTiedChild(options: TiedChildOptions): Promise<TiedChild> {
  const shell = spawn('sh', ['-c', watchScript, 'sh', options.command, ...options.arguments], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C at the terminal goes to the runner, which still needs the engine while it drains.
    detached: true,
    env: options.environment ?? process.env,
    ...(options.workingFolder === undefined ? {} : { cwd: options.workingFolder }),
  });
  // The pipe breaks when the shell ends first; the exit is what is reported then.
  shell.stdin.on('error', () => undefined);
  let stopping = false;
  let output = '';
  const pid = await readPid(shell, (text) => {
    output = (output + text).slice(-outputCharactersMax);
  });
  shell.once('exit', (code, signal) => {
    shell.stdin.destroy();
    if (!stopping) options.onUnexpectedEnd?.(signal ? `signal ${signal}` : `exit code ${code}`, output);
  });
  const ended = (): boolean => shell.exitCode !== null || shell.signalCode !== null;
  return {
    pid,
    output: () => output,
    ended,
    stop: async () => {
      stopping = true;
      if (ended()) return;
      const exit = once(shell, 'exit');
      shell.stdin.destroy();
      await exit;
    },
  };
}

/** The first line is the shell's; what follows belongs to the child. */
async function readPid(shell: ChildProcess, onOutput: (text: string) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    let head: string | undefined = '';
    shell.once('error', reject);
    shell.stderr?.on('data', (chunk: Buffer) => onOutput(chunk.toString()));
    shell.stdout?.on('data', (chunk: Buffer) => {
      if (head === undefined) return onOutput(chunk.toString());
      head += chunk.toString();
      const end = head.indexOf('\n');
      if (end === -1) return;
      resolve(Number(head.slice('pid '.length, end)));
      onOutput(head.slice(end + 1));
      head = undefined;
    });
    shell.once('exit', () => reject(new Error('The shell ended before it started the child.')));
  });
}
