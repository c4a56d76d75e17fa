import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SecretsEngine, startSecrets } from '../../../../local/engines/secrets-kms/index.ts';

describe('Secrets Manager', () => {
  let folder: string;
  let secrets: SecretsEngine;
  let client: SecretsManagerClient;
  const start = async (): Promise<void> => {
    secrets = await startSecrets({
      dataFolder: folder,
      authorize: ({ resource }) => (resource.includes(':secret:forbidden-') ? 'no policy allows it' : undefined),
    });
    client = new SecretsManagerClient({
      endpoint: secrets.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'x' },
      maxAttempts: 1,
    });
  };
  const stop = async (): Promise<void> => {
    client.destroy();
    await secrets.stop();
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wharf-test-secrets-'));
    await start();
  });
  afterEach(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const read = (SecretId: string, more: object = {}) => client.send(new GetSecretValueCommand({ SecretId, ...more }));

  it('gives a generated secret by name, ARN and ARN without its suffix, the same after a restart', async () => {
    const create = () => secrets.createSecret('jwt', { generateSecretString: { PasswordLength: 64 } });
    const { arn } = create();
    expect(arn).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:jwt-\w{6}$/);
    const first = await read('jwt');
    expect(first.SecretString).toHaveLength(64);
    expect((await read(arn.slice(0, -7))).SecretString).toBe(first.SecretString);
    await stop();
    await start();
    expect(create().arn).toBe(arn);
    expect(await read(arn)).toMatchObject({ SecretString: first.SecretString, VersionId: first.VersionId });
    expect(secrets.readSecret(arn)).toBe(first.SecretString);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('keeps the version before the current one', async () => {
    secrets.createSecret('rotated', { secretString: 'one' });
    await client.send(new PutSecretValueCommand({ SecretId: 'rotated', SecretString: 'two' }));
    expect((await read('rotated')).SecretString).toBe('two');
    expect((await read('rotated', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('one');
    await client.send(new PutSecretValueCommand({ SecretId: 'rotated', SecretBinary: Buffer.from([1, 2]) }));
    expect((await read('rotated')).SecretBinary).toEqual(new Uint8Array([1, 2]));
    expect((await read('rotated', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('two');
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: 'rotated' }));
    expect(Object.values(VersionIdsToStages ?? {}).flat()).toEqual(['AWSPREVIOUS', 'AWSCURRENT']);
  });

  it('does not find what is not there, and refuses what no policy allows', async () => {
    await expect(read('none')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const { arn } = secrets.createSecret('forbidden');
    await expect(read('forbidden')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: AKIATEST is not authorized to perform: secretsmanager:GetSecretValue on resource: ${arn} because no policy allows it`,
    });
  });
});
