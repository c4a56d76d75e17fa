import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { WharfError } from '../../../core/wharf-error.ts';
import { validate } from '../../../lambdas/shared/validate.ts';

const schema = z.strictObject({
  name: z.string().check(z.minLength(2)),
  list: z.optional(z.array(z.strictObject({ 'a/b~c': z.number() }))),
});

function errorsOf(value: unknown): WharfError {
  try {
    validate(schema, value);
  } catch (error) {
    if (error instanceof WharfError) return error;
    throw error;
  }
  throw new Error('It was let pass.');
}

describe('validation', () => {
  it('gives back what fits', () => {
    expect(validate(schema, { name: 'ab' })).toEqual({ name: 'ab' });
  });

  it('points at each broken rule, by RFC 6901, in words', () => {
    expect(errorsOf({ name: 'x', more: 1, list: [{ 'a/b~c': 1 }, { 'a/b~c': 'secret' }] }).errors).toEqual([
      { pointer: '/name', message: 'Too small: expected string to have >=2 characters.' },
      { pointer: '/list/1/a~1b~0c', message: 'Invalid input: expected number, received string.' },
      { pointer: '/more', message: 'There is no such field.' },
    ]);
    expect(errorsOf(undefined).errors).toEqual([
      { pointer: '', message: 'Invalid input: expected object, received undefined.' },
    ]);
  });

  it('stays small for a body that is nothing but mistakes', () => {
    const body = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`${'k'.repeat(500)}${index}`, 1]));
    const error = errorsOf(body);
    expect(error.errors).toHaveLength(50);
    expect(JSON.stringify(error.errors).length).toBeLessThan(10_000);
  });
});
