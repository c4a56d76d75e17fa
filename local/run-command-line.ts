import { helpText, readOptions } from './options.ts';
import { runStack } from './run-stack.ts';
import { UserError } from './user-error.ts';

/**
 * Runs the stack of a project as the command line says, and gives the exit code. What the person at the terminal can mend is told in one sentence.
 *
 * @example process.exitCode = await runCommandLine(['--workers', '2'], projectFolder)
 */
export async function runCommandLine(args: readonly string[], projectFolder: string): Promise<number> {
  try {
    const options = readOptions(args, process.cwd());
    if (options !== undefined) return await runStack(options, projectFolder);
    console.log(helpText);
    return 0;
  } catch (error) {
    console.error(error instanceof UserError ? error.message : error);
    return 1;
  }
}
