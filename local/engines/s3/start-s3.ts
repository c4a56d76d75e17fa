import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authorize, Engine } from '../engine.ts';
import type { CorsRule } from './cors.ts';
import { startS3Front } from './s3-front.ts';

export interface S3Options {
  readonly port?: number | undefined;
  /** Where the objects lie as plain files; without it, in a temporary folder that `stop` removes. */
  readonly dataFolder?: string | undefined;
  readonly authorize?: Authorize | undefined;
  /** Milliseconds since the epoch, for presigned URLs. */
  readonly now?: (() => number) | undefined;
}

export interface S3Engine extends Engine {
  /** Makes a bucket unless it is there; its CORS rules are the ones of the last call. */
  createBucket(
    name: string,
    options?: { readonly corsRules?: readonly CorsRule[] | undefined },
  ): {
    readonly name: string;
    readonly arn: string;
  };
}

/**
 * Starts S3 on loopback. The endpoint is an IP address, so the SDK puts the bucket into the path by itself.
 *
 * @example const s3 = await startS3(); s3.createBucket('media'); new S3Client({ endpoint: s3.endpoint })
 */
export async function startS3(options: S3Options = {}): Promise<S3Engine> {
  // Loaded here, so that a stack without a bucket does not pay for it.
  const { startFauxqs } = await import('fauxqs');
  const folder =
    options.dataFolder === undefined ? mkdtempSync(join(tmpdir(), 'wharf-s3-')) : join(options.dataFolder, 's3');
  mkdirSync(folder, { recursive: true });
  const store = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false, s3StorageDir: folder });
  const corsRules = new Map<string, readonly CorsRule[]>();
  const stopStore = async (): Promise<void> => {
    await store.stop();
    if (options.dataFolder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const front = await startS3Front({
      port: options.port ?? 0,
      storeEndpoint: `http://127.0.0.1:${store.port}`,
      authorize: options.authorize,
      nowMs: options.now ?? Date.now,
      corsRules: (bucket) => corsRules.get(bucket) ?? [],
    });
    return {
      endpoint: front.endpoint,
      createBucket: (name, { corsRules: rules = [] } = {}) => {
        store.createBucket(name);
        corsRules.set(name, rules);
        return { name, arn: `arn:aws:s3:::${name}` };
      },
      stop: async () => {
        await front.close();
        await stopStore();
      },
    };
  } catch (error) {
    await stopStore();
    throw error;
  }
}
