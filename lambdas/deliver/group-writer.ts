/** Writes an item; resolves when it is written. */
export type WriteItem<Item> = (item: Item) => Promise<void>;

/**
 * Writes items that come while a write is under way together, as soon as it has ended: one call for many when there is much to do, no
 * wait when there is not. All items of a call fail together.
 *
 * @example const writeAttempt = createGroupWriter((attempts) => repository.writeAttempts(attempts), 25);
 */
export function createGroupWriter<Item>(
  writeAll: (items: readonly Item[]) => Promise<void>,
  itemsMax: number,
): WriteItem<Item> {
  let waiting: { readonly item: Item; readonly done: PromiseWithResolvers<void> }[] = [];
  let isBusy = false;
  const run = async (): Promise<void> => {
    isBusy = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, itemsMax);
      waiting = waiting.slice(itemsMax);
      try {
        await writeAll(group.map(({ item }) => item));
        for (const { done } of group) done.resolve();
      } catch (error) {
        for (const { done } of group) done.reject(error);
      }
    }
    isBusy = false;
  };
  return (item) => {
    const done = Promise.withResolvers<void>();
    waiting.push({ item, done });
    // `run` settles every item itself and never rejects.
    if (!isBusy) void run();
    return done.promise;
  };
}
