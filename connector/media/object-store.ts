import { createReadStream, createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { boundedStream } from './bounded-stream.ts';

export interface ObjectStore {
  /** Uploads a file of known length, without holding it in memory. */
  putFile(
    key: string,
    file: { readonly path: string; readonly size: number; readonly mimeType: string },
  ): Promise<void>;
  /** Writes an object into a file; false when there is no such object. Throws `TooLargeError` beyond `bytesMax`. */
  getFile(key: string, path: string, bytesMax: number): Promise<boolean>;
}

/** A large medium over a slow line; the task is not lost for ever to a hung transfer. */
const transferMs = 120_000;

/** @example await createObjectStore({ s3, bucket }).getFile('media/usr_…/ses_…/med_…', path, 16_777_216) */
export function createObjectStore({ s3, bucket }: { readonly s3: S3Client; readonly bucket: string }): ObjectStore {
  return {
    putFile: async (key, { path, size, mimeType }) => {
      const Body = createReadStream(path);
      const input = { Bucket: bucket, Key: key, Body, ContentLength: size, ContentType: mimeType };
      try {
        await s3.send(new PutObjectCommand(input), { abortSignal: AbortSignal.timeout(transferMs) });
      } finally {
        Body.destroy();
      }
    },
    getFile: async (key, path, bytesMax) => {
      const signal = AbortSignal.timeout(transferMs);
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
        await pipeline(boundedStream(Body as Readable, bytesMax), createWriteStream(path), { signal });
        return true;
      } catch (error) {
        if (error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound')) return false;
        throw error;
      }
    },
  };
}
