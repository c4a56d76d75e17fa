interface Emitter {
  on(...parameters: never[]): unknown;
}

/**
 * The same emitter, whose listeners cannot throw: an exception would stop Baileys in the middle of a frame, and the stanzas behind it in
 * the same frame would never be seen. One that is attached through this cannot be taken off by its function.
 *
 * @example guardListeners(socket.ws, report).on('CB:receipt', mayThrow)
 */
export function guardListeners<E extends Emitter>(emitter: E, report: (error: unknown) => void): E {
  return new Proxy(emitter, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'on' && name !== 'prependListener') return value.bind(target);
      return (event: unknown, listener: (...parameters: unknown[]) => unknown) =>
        value.call(target, event, (...parameters: unknown[]) => {
          try {
            const answer = listener(...parameters);
            if (answer instanceof Promise) answer.catch(report);
          } catch (error) {
            report(error);
          }
        });
    },
  });
}
