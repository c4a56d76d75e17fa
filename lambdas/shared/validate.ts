import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { type FieldError, WharfError } from '../../core/wharf-error.ts';
import type { ApiMiddleware } from './api-event.ts';
import type { Operation } from './operation.ts';

// Without a locale every message of zod/mini is "Invalid input".
z.config(en());

/** A body of nothing but mistakes should not make an answer of a megabyte. */
const errorsMax = 50;

/** Checks body and query of a request against the schemas of its operation. */
export function validateRequest(operation: Operation): ApiMiddleware {
  return {
    before: function validateRequestBefore({ event }) {
      const { body, query } = operation;
      if (body !== undefined) event.state.body = validate(body, event.state.body);
      if (query !== undefined) event.state.query = validate(query, event.queryStringParameters ?? {});
    },
  };
}

/**
 * The value as its schema reads it. Throws `VALIDATION_FAILED` with a JSON Pointer for each broken rule. Messages never quote what
 * was sent.
 *
 * @example validate(z.strictObject({ name: z.string() }), { nmae: 'x' }) // throws: '/name' and '/nmae'
 */
export function validate<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap(fieldErrors).slice(0, errorsMax);
  throw new WharfError('VALIDATION_FAILED', { detail: errors.map(sentence).slice(0, 3).join(' '), errors });
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: jsonPointer([...issue.path, key]),
      message: 'There is no such field.',
    }));
  }
  if (issue.code === 'invalid_union' && 'options' in issue) {
    const options = (issue.options as unknown[]).filter((option) => typeof option === 'string');
    return [{ pointer: jsonPointer(issue.path), message: `Must be one of ${options.join(', ')}.` }];
  }
  return [{ pointer: jsonPointer(issue.path), message: `${issue.message}.` }];
}

function sentence({ pointer, message }: FieldError): string {
  return pointer === '' ? message : `${pointer}: ${message}`;
}

/** RFC 6901. Field names come from the caller, so a long one is cut. */
function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
