import { expect, it } from 'vitest';
import { parseLine } from '../../../local/logging/parse-line.ts';
import { splitLines } from '../../../local/logging/split-lines.ts';

it.each<[string, object]>([
  [
    '{"level":"INFO","message":"done","requestId":"r1"}',
    { level: 'info', message: 'done', fields: { requestId: 'r1' } },
  ],
  ['{"level":"CRITICAL","message":"down"}', { level: 'error', message: 'down', fields: {} }],
  [
    '{"level":30,"msg":"connected","sessionId":"s"}',
    { level: 'info', message: 'connected', fields: { sessionId: 's' } },
  ],
  ['{"level":50,"msg":"lost"}', { level: 'error', message: 'lost', fields: {} }],
  ['{"level":20,"msg":"detail"}', { level: 'debug', message: 'detail', fields: {} }],
  ['{"other":1}', { level: 'warn', message: '', fields: { other: 1 } }],
  ['{not json', { level: 'warn', message: '{not json' }],
  ['plain text', { level: 'warn', message: 'plain text' }],
])('%s', (line, expected) => {
  expect(parseLine(line, 'warn')).toEqual(expected);
});

it('cuts endless lines', () => {
  expect(parseLine('x'.repeat(100_000), 'info').message.length).toBeLessThan(17_000);
});

it('puts chunks together to lines, also inside a character', () => {
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line));
  const bytes = Buffer.from('eins\nzwölf\n\nletzte');
  for (const byte of bytes) splitter.push(Buffer.of(byte));
  expect(lines).toEqual(['eins', 'zwölf']);
  splitter.end();
  expect(lines).toEqual(['eins', 'zwölf', 'letzte']);
});
