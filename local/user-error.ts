/**
 * A condition that the person at the terminal can mend. The runner prints its message alone, one sentence, and ends with exit code 1;
 * anything else that is thrown is a defect and comes with its stack.
 *
 * @example throw new UserError('Port 3000 is in use; choose another one with --port.')
 */
export class UserError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'UserError';
  }
}
