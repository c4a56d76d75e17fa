import { resolveResponse } from '../../../lib/openapi/resolve-response.ts';
import type { Answer } from '../../lambdas/api/support/test-api.ts';
import { type Validate, validatorOf } from '../../openapi/support/validator-of.ts';
import { document, type WalkedOperation } from './contract-world.ts';

const validators = new Map<string, Validate>();

/**
 * What is wrong with an answer by the document: a fault of ours, a status, media type or code that is not documented, a body that
 * breaks its schema, a missing request id. Empty when all is right.
 */
export function checkAnswer({ name, documented }: WalkedOperation, answer: Answer): string[] {
  const { status, headers, body } = answer;
  const wrong: string[] = [];
  if (status >= 500) wrong.push(`answers ${status}: ${JSON.stringify(body)}`);
  if (headers['x-request-id'] === undefined) wrong.push('has no x-request-id');
  const response = resolveResponse(document, documented, status);
  if (response === undefined) return [...wrong, `status ${status} is not documented: ${JSON.stringify(body)}`];
  const type = headers['content-type']?.split(';')[0] ?? '';
  if (type === '' && Object.keys(response.content).length === 0) return wrong;
  const content = response.content[type];
  if (content === undefined) return [...wrong, `${status} as ${type} is not documented`];
  if (!/json$/.test(type)) return wrong;
  const validatorName = `${name} ${status}`;
  const validate = validators.get(validatorName) ?? validatorOf(document, content.schema);
  validators.set(validatorName, validate);
  return [
    ...wrong,
    ...validate(body).map((rule) => `${status} body breaks its schema: ${rule} in ${JSON.stringify(body)}`),
  ];
}
