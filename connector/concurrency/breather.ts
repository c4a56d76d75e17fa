/** Awaited before each piece of a long work that never waits by itself. */
export type Breathe = () => Promise<void>;

/** A piece takes some milliseconds of the processor. */
const piecesATurn = 4;

/**
 * Lets a few pieces of work begin in each turn of the event loop, in order; without a crowd nobody waits. A thousand encryptions begun
 * together are one chain of microtasks, which lets neither timers nor sockets in until the last one is done: for seconds of it a worker
 * looks dead to the others. Time cannot be the measure: all of a crowd ask before the first one works.
 *
 * @example await Promise.all(members.map(async (member) => { await breathe(); return encrypt(member); }))
 */
export function createBreather(): Breathe {
  let begun = 0;
  let turn: Promise<void> | undefined;
  const nextTurn = () =>
    new Promise<void>((resolve) => {
      setImmediate(() => {
        begun = 0;
        turn = undefined;
        resolve();
      });
    });
  return async () => {
    // All who wait wake together, and the first few leave no place for the others.
    while (begun >= piecesATurn) {
      turn ??= nextTurn();
      await turn;
    }
    begun += 1;
    turn ??= nextTurn();
  };
}
