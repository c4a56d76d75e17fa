import { createReadStream, createWriteStream, type ReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { countPassed } from '../memory/count-passed.ts';
import { boundedStream } from './bounded-stream.ts';

export interface ObjectStore {
  /** Uploads a file of known length, without holding it in memory. */
  putFile(
    key: string,
    file: { readonly path: string; readonly size: number; readonly mimeType: string },
  ): Promise<void>;
  /** Writes an object into a file; false when there is no such object. Throws `TooLargeError` beyond `bytesMax`. */
  getFile(key: string, path: string, bytesMax: number): Promise<boolean>;
  /** Deletes objects, at most a thousand; those that are not there are no error. */
  deleteFiles(keys: readonly string[]): Promise<void>;
}

/** A large medium over a slow line; the task is not lost for ever to a hung transfer. */
const transferMs = 120_000;
/** Larger files go in parts, so that a broken line costs one part and not the whole. S3 takes none below 5 MiB but the last. */
const partBytes = 8 * 1024 * 1024;

/** @example await createObjectStore({ s3, bucket }).getFile('media/usr_…/ses_…/med_…', path, 16_777_216) */
export function createObjectStore({ s3, bucket }: { readonly s3: S3Client; readonly bucket: string }): ObjectStore {
  return {
    putFile: async (key, file) => {
      const object = { Bucket: bucket, Key: key };
      if (file.size > partBytes) return putParts(s3, object, file);
      const Body = readCounted(file.path);
      const input = { ...object, Body, ContentLength: file.size, ContentType: file.mimeType };
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
    deleteFiles: async (keys) => {
      const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
      const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }), {
        abortSignal: AbortSignal.timeout(transferMs),
      });
      if (Errors.length > 0) throw new Error(`${Errors.length} objects could not be deleted: ${Errors[0]?.Code}`);
    },
  };
}

async function putParts(
  s3: S3Client,
  object: { readonly Bucket: string; readonly Key: string },
  { path, size, mimeType }: { readonly path: string; readonly size: number; readonly mimeType: string },
): Promise<void> {
  const options = { abortSignal: AbortSignal.timeout(transferMs) };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...object, ContentType: mimeType }), options);
  try {
    const Parts = [];
    for (let start = 0, PartNumber = 1; start < size; start += partBytes, PartNumber++) {
      const end = Math.min(start + partBytes, size);
      const Body = readCounted(path, { start, end: end - 1 });
      const part = { ...object, UploadId, PartNumber, Body, ContentLength: end - start };
      const { ETag } = await s3.send(new UploadPartCommand(part), options);
      Parts.push({ ETag, PartNumber });
    }
    await s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts } }), options);
  } catch (error) {
    // Parts that nobody completes are paid for until somebody says so.
    await s3.send(new AbortMultipartUploadCommand({ ...object, UploadId })).catch(() => undefined);
    throw error;
  }
}

function readCounted(path: string, range: { readonly start?: number; readonly end?: number } = {}): ReadStream {
  return createReadStream(path, range)
    .on('data', (chunk) => countPassed(chunk.length))
    .pause();
}
