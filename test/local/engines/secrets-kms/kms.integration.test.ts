import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Authorize, AwsCall } from '../../../../local/engines/engine.ts';
import { type KmsEngine, startKms } from '../../../../local/engines/secrets-kms/index.ts';

describe('KMS', () => {
  const calls: AwsCall[] = [];
  let authorize: Authorize = () => undefined;
  let folder: string;
  let kms: KmsEngine;
  let client: KMSClient;
  let KeyId: string;
  const start = async (): Promise<void> => {
    kms = await startKms({
      dataFolder: folder,
      authorize: (call) => {
        calls.push(call);
        return authorize(call);
      },
    });
    client = new KMSClient({
      endpoint: kms.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'x' },
      maxAttempts: 1,
    });
    KeyId = kms.createKey('Sealing', { aliases: ['alias/wharf'] }).keyId;
  };
  const stop = async (): Promise<void> => {
    client.destroy();
    await kms.stop();
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wharf-test-kms-'));
    calls.length = 0;
    authorize = () => undefined;
    await start();
  });
  afterEach(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const Plaintext = Buffer.from('a small secret');
  const EncryptionContext = { tenantId: 'usr_1', purpose: 'test' };

  it('decrypts what it encrypted under the same context only', async () => {
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
    const opened = await client.send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext: { purpose: 'test', tenantId: 'usr_1' } }),
    );
    expect(Buffer.from(opened.Plaintext!).equals(Plaintext)).toBe(true);
    expect(opened.KeyId).toBe(`arn:aws:kms:us-east-1:000000000000:key/${KeyId}`);
    for (const other of [undefined, { tenantId: 'usr_2', purpose: 'test' }]) {
      await expect(client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: other }))).rejects.toMatchObject(
        { name: 'InvalidCiphertextException' },
      );
    }
  });

  it('refuses altered blobs, other keys and unknown keys', async () => {
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId: 'alias/wharf', Plaintext }));
    const altered = Buffer.from(CiphertextBlob!);
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    await expect(client.send(new DecryptCommand({ CiphertextBlob: altered }))).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
    await expect(client.send(new DecryptCommand({ CiphertextBlob: Buffer.from('nonsense') }))).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
    const other = kms.createKey('Other').keyId;
    await expect(client.send(new DecryptCommand({ CiphertextBlob, KeyId: other }))).rejects.toMatchObject({
      name: 'IncorrectKeyException',
    });
    await expect(client.send(new EncryptCommand({ KeyId: 'alias/none', Plaintext }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });

  it('makes data keys, with and without their plaintext', async () => {
    const made = await client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }));
    expect(made.Plaintext).toHaveLength(32);
    const opened = await client.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob, EncryptionContext }));
    expect(Buffer.from(opened.Plaintext!).equals(Buffer.from(made.Plaintext!))).toBe(true);
    const wrapped = await client.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, NumberOfBytes: 64 }));
    const unwrapped = await client.send(new DecryptCommand({ CiphertextBlob: wrapped.CiphertextBlob }));
    expect(unwrapped.Plaintext).toHaveLength(64);
  });

  it('finds its keys again after a restart, in a file that only the user may read', async () => {
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext }));
    const before = KeyId;
    await stop();
    await start();
    expect(KeyId).toBe(before);
    const { Plaintext: opened } = await client.send(new DecryptCommand({ CiphertextBlob }));
    expect(Buffer.from(opened!).equals(Plaintext)).toBe(true);
    expect(statSync(join(folder, 'kms-keys.json')).mode & 0o777).toBe(0o600);
  });

  it('says in one sentence that its file is damaged', async () => {
    writeFileSync(join(folder, 'kms-keys.json'), '{"keys":');
    await expect(startKms({ dataFolder: folder })).rejects.toThrow(/kms-keys\.json is damaged: it does not hold JSON/);
  });

  it('asks the policies with key and encryption context, and refuses in the words of AWS', async () => {
    const described = await client.send(new DescribeKeyCommand({ KeyId: 'alias/wharf' }));
    expect(described.KeyMetadata).toMatchObject({ KeyId, KeyState: 'Enabled' });
    authorize = ({ action }) => (action === 'kms:Encrypt' ? 'no policy allows it' : undefined);
    const resource = `arn:aws:kms:us-east-1:000000000000:key/${KeyId}`;
    await expect(client.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: AKIATEST is not authorized to perform: kms:Encrypt on resource: ${resource} because no policy allows it`,
    });
    expect(calls.at(-1)).toEqual({
      accessKeyId: 'AKIATEST',
      action: 'kms:Encrypt',
      resource,
      context: {
        'kms:EncryptionContextKeys': ['tenantId', 'purpose'],
        'kms:EncryptionContext:tenantId': ['usr_1'],
        'kms:EncryptionContext:purpose': ['test'],
      },
    });
  });
});
