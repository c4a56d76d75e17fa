/**
 * Does work that the next round does again should it fail; such a failure is told of and goes no further.
 *
 * @example await orTell(onTrouble, 'A beat could not be written', () => beats.write());
 */
export async function orTell(
  onTrouble: (message: string, error: unknown) => void,
  sentence: string,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    onTrouble(sentence, error);
  }
}
