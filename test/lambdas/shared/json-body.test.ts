import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonBody } from '../../../lambdas/shared/json-body.ts';

const json = { 'content-type': 'application/json; charset=utf-8' };
const read = (body: string, isBase64Encoded = false, headers: Record<string, string> = json) =>
  readJsonBody({ body, headers, isBase64Encoded });
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('JSON bodies', () => {
  it('reads what JSON can say, plain and in base64', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        expect(read(text)).toEqual(JSON.parse(text));
        expect(read(Buffer.from(text).toString('base64'), true)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('throws a code, and nothing of the text, for what is no JSON', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        try {
          JSON.parse(text);
        } catch {
          expect(() => read(text)).toThrow(expect.objectContaining({ code: 'MALFORMED_JSON', detail: undefined }));
        }
      }),
    );
    expect(() => read(Buffer.from([0x22, 0xff, 0x22]).toString('base64'), true)).toThrow('The body is not valid JSON');
  });

  it('stops at twenty levels and at 256 kB', () => {
    expect(read(nested(20))).toBeDefined();
    expect(() => read(nested(21))).toThrow(expect.objectContaining({ code: 'MALFORMED_JSON' }));
    const largest = `"${'x'.repeat(256 * 1024 - 2)}"`;
    expect(read(largest)).toHaveLength(256 * 1024 - 2);
    expect(() => read(`${largest} `)).toThrow(expect.objectContaining({ code: 'BODY_TOO_LARGE' }));
    expect(() => read(`"${'\u00e4'.repeat(128 * 1024)}"`)).toThrow(expect.objectContaining({ code: 'BODY_TOO_LARGE' }));
  });

  it('asks for JSON by its name, unless no name is given', () => {
    for (const type of ['application/json', 'Application/JSON', 'application/merge-patch+json']) {
      expect(read('{}', false, { 'content-type': type })).toEqual({});
    }
    expect(read('{}', false, {})).toEqual({});
    for (const type of ['text/plain', 'application/jsonp', 'application/x-www-form-urlencoded']) {
      expect(() => read('{}', false, { 'content-type': type })).toThrow(
        expect.objectContaining({ code: 'UNSUPPORTED_MEDIA_TYPE' }),
      );
    }
  });

  it('has no value for no body', () => {
    expect(read('')).toBeUndefined();
  });
});
