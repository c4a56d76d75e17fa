/**
 * Waits for `work` at most `timeoutMs`; afterwards resolves to `undefined` and leaves the work to end by itself.
 * A failure of the work is thrown as long as somebody waits for it.
 *
 * @example const answer = await within(5_000, query())
 */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
