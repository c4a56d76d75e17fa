import { createRequire } from 'node:module';
import { afterEach, describe, expect, it } from 'vitest';
import { silenceConsole } from '../../connector/silent-console.ts';

const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const;
const saved = methods.map((method) => [method, console[method]] as const);
// biome-ignore lint/suspicious/noExplicitAny: the types of libsignal leave out SessionRecord's methods
const libsignal: any = createRequire(import.meta.url)('libsignal');

describe('silenceConsole', () => {
  afterEach(() => {
    for (const [method, original] of saved) console[method] = original as never;
  });

  it('lets no key of a closed session out', () => {
    const written: unknown[] = [];
    const write = process.stdout.write.bind(process.stdout);
    const writeError = process.stderr.write.bind(process.stderr);
    process.stdout.write = process.stderr.write = ((chunk: unknown) => written.push(chunk) > 0) as never;
    try {
      const silenced = silenceConsole();
      const record = new libsignal.SessionRecord();
      record.closeSession({ indexInfo: { closed: -1 }, currentRatchet: { rootKey: Buffer.from('private') } });
      for (const method of methods) console[method]('private');
      expect(silenced.calls).toBe(methods.length + 1);
    } finally {
      process.stdout.write = write;
      process.stderr.write = writeError;
    }
    expect(written).toEqual([]);
  });
});
