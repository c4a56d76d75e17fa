import { describe, expect, it, vi } from 'vitest';
import { errorCatalogue } from '../../../core/error-catalogue.ts';
import { WharfError } from '../../../core/wharf-error.ts';
import type { ApiEvent } from '../../../lambdas/shared/api-event.ts';
import { createApiHandler } from '../../../lambdas/shared/api-handler.ts';
import { bind } from '../../../lambdas/shared/operation.ts';
import { systemOperations } from '../../../lambdas/system/operations.ts';

const event = () =>
  ({
    version: '2.0',
    rawPath: '/api/v1/health',
    headers: {},
    requestContext: { http: { method: 'GET', path: '/api/v1/health' } },
  }) as unknown as ApiEvent;

async function answerTo(thrown: unknown) {
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const handler = createApiHandler({
    logger,
    operations: [
      bind(systemOperations.health, async () => {
        throw thrown;
      }),
    ],
  });
  const response = await handler(event(), {} as never);
  return { response, body: JSON.parse(response.body ?? ''), logger };
}

describe('problem documents', () => {
  it('gives nothing away of an error that nobody expected, and logs all of it', async () => {
    const error = Object.assign(new Error('password=hunter2 at db-7.internal'), { query: 'select' });
    const { response, body, logger } = await answerTo(error);
    expect(body).toEqual({
      type: '/api/v1/docs#errors/INTERNAL_ERROR',
      title: 'Something went wrong on our side',
      status: 500,
      detail: 'Something went wrong on our side.',
      instance: '/api/v1/health',
      code: 'INTERNAL_ERROR',
      requestId: response.headers?.['x-request-id'],
      success: false,
    });
    expect(logger.error).toHaveBeenCalledWith('request failed', { requestId: body.requestId, err: error });
  });

  it('survives things that are thrown and are no errors', async () => {
    for (const thrown of ['text', 42, null, undefined, { status: 200, code: 'NOT_FOUND' }]) {
      expect((await answerTo(thrown)).body).toMatchObject({ status: 500, code: 'INTERNAL_ERROR' });
    }
  });

  it('says when to come back after a fault that passes', async () => {
    const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    const { response, body } = await answerTo(throttled);
    expect(body).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
    expect(response.headers?.['retry-after']).toBe('1');
  });

  it.each(Object.keys(errorCatalogue) as (keyof typeof errorCatalogue)[])(
    'answers %s by the catalogue',
    async (code) => {
      const extra = { limit: 10, status: 'mine', success: 'mine' as const };
      const { response, body, logger } = await answerTo(new WharfError(code, { detail: 'A sentence.', extra }));
      expect(response.statusCode).toBe(errorCatalogue[code].status);
      expect(response.headers).toMatchObject({
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
      });
      expect(body).toMatchObject({ code, status: errorCatalogue[code].status, success: false, limit: 10 });
      expect(logger.error).not.toHaveBeenCalled();
      expect(logger.info).toHaveBeenCalledTimes(1);
      expect(logger.info).toHaveBeenCalledWith('request', expect.objectContaining({ code, route: 'GET /health' }));
    },
  );
});
