import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { guardListeners } from '../../../connector/engine/baileys/guard-listeners.ts';

describe('guarded listeners', () => {
  it('keep an exception from the emitter and from the listeners behind it', async () => {
    const emitter = new EventEmitter();
    const reported: unknown[] = [];
    const guarded = guardListeners(emitter, (error) => reported.push(error));
    const heard: unknown[] = [];
    guarded.on('stanza', () => {
      throw new Error('at once');
    });
    guarded.on('stanza', async () => {
      throw new Error('later');
    });
    emitter.on('stanza', (value) => heard.push(value));
    guarded.prependListener('stanza', (value) => heard.push(value));
    expect(emitter.emit('stanza', 7)).toBe(true);
    await Promise.resolve();
    expect(heard).toEqual([7, 7]);
    expect(reported).toEqual([new Error('at once'), new Error('later')]);
  });

  it('leave everything else of the emitter as it is', () => {
    const emitter = new EventEmitter();
    const guarded = guardListeners(emitter, () => undefined);
    const emitted: unknown[] = [];
    const emit = guarded.emit.bind(guarded);
    guarded.emit = (event, ...rest) => {
      emitted.push(event);
      return emit(event, ...rest);
    };
    emitter.emit('stanza');
    expect(emitted).toEqual(['stanza']);
    expect(guarded.listenerCount('stanza')).toBe(0);
  });
});
