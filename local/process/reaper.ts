import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads `+ <group>` and `- <group>`. When its input ends, and however the runner ends it does, what is still listed is killed.
 */
const script = `
groups=' '
while read -r sign group; do
  case "$sign" in
    +) groups="$groups$group " ;;
    -) groups=$(printf '%s' "$groups" | sed "s/ $group / /") ;;
  esac
done
for group in $groups; do kill -9 -"$group" 2>/dev/null; done
exit 0
`;

/**
 * Ends child processes that their parent can no longer end. It is a shell of a megabyte in a process group of its own, so neither Ctrl-C nor a
 * `kill -9` of the runner reaches it; it sees the pipe close and kills the process groups that are still listed.
 *
 * @example const reaper = startReaper(); const child = spawn(…, { detached: true }); reaper.watch(child.pid);
 */
export interface Reaper {
  /** Lists the process group that a detached child leads. */
  watch(group: number): void;
  release(group: number): void;
  /** Lets the shell end; kills what is still listed. */
  stop(): Promise<void>;
}

export function startReaper(): Reaper {
  const shell: ChildProcess = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = new Promise<void>((resolve) => {
    shell.once('exit', () => resolve());
    shell.once('error', () => resolve());
  });
  // Somebody who kills the shell takes the safety net away, not the stack.
  shell.stdin?.on('error', () => undefined);
  shell.unref();
  return {
    watch: (group) => shell.stdin?.write(`+ ${group}\n`),
    release: (group) => shell.stdin?.write(`- ${group}\n`),
    stop: () => {
      shell.ref();
      shell.stdin?.end();
      return ended;
    },
  };
}
