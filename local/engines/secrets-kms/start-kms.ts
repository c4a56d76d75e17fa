import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Authorize, Engine } from '../engine.ts';
import { awsJsonEndpoint } from '../http/aws-json-endpoint.ts';
import { checkAccess } from '../http/check-access.ts';
import { listen } from '../http/listen.ts';
import { defaultIdentity } from '../identity.ts';
import { answerKms, type KmsKey, kmsCall } from './kms-operations.ts';
import { openSecretFile } from './secret-file.ts';

export interface KmsOptions {
  readonly port?: number | undefined;
  /** Where the keys live; without it, in memory. Losing them makes everything sealed under them unreadable, as in AWS. */
  readonly dataFolder?: string | undefined;
  readonly authorize?: Authorize | undefined;
  readonly accountId?: string | undefined;
  readonly region?: string | undefined;
}

export interface KmsEngine extends Engine {
  /** Makes a key, or finds the one made under this name before; `aliases` begin with `alias/`. */
  createKey(
    name: string,
    options?: { readonly aliases?: readonly string[]; readonly description?: string },
  ): {
    readonly keyId: string;
    readonly arn: string;
  };
}

/** By the name under which the runner asked for it. */
interface KmsFile {
  keys: Record<string, KmsKey>;
}

/**
 * Starts KMS on loopback with symmetric keys: Encrypt, Decrypt, GenerateDataKey, GenerateDataKeyWithoutPlaintext and DescribeKey.
 *
 * @example const kms = await startKms(); const { keyId } = kms.createKey('Sealing');
 */
export async function startKms(options: KmsOptions = {}): Promise<KmsEngine> {
  const { accountId, region } = {
    accountId: options.accountId ?? defaultIdentity.accountId,
    region: options.region ?? defaultIdentity.region,
  };
  const path = options.dataFolder === undefined ? undefined : join(options.dataFolder, 'kms-keys.json');
  const file = openSecretFile<KmsFile>(path, { keys: {} });
  const keyArn = (keyId: string): string => `arn:aws:kms:${region}:${accountId}:key/${keyId}`;
  const endpoint = awsJsonEndpoint({
    targetPrefix: 'TrentService',
    contentType: 'application/x-amz-json-1.1',
    answer: ({ operation, accessKeyId, input }) => {
      const call = kmsCall(operation, input, Object.values(file.content.keys));
      const resource = call.key === undefined ? '*' : keyArn(call.key.keyId);
      const awsCall = { accessKeyId, action: `kms:${operation}`, resource, context: call.context };
      checkAccess(options.authorize, [awsCall], { code: 'AccessDeniedException', status: 400 });
      return answerKms(call, keyArn, accountId);
    },
  });
  const server = await listen('KMS', options.port ?? 0, endpoint);
  return {
    endpoint: server.endpoint,
    createKey: (name, { aliases = [], description = '' } = {}) => {
      const known = file.content.keys[name];
      const key: KmsKey = {
        keyId: known?.keyId ?? randomUUID(),
        secret: known?.secret ?? randomBytes(32).toString('base64'),
        createdAtSeconds: known?.createdAtSeconds ?? Math.floor(Date.now() / 1_000),
        aliases: [...new Set([...(known?.aliases ?? []), ...aliases])],
        description,
      };
      file.content.keys[name] = key;
      file.save();
      return { keyId: key.keyId, arn: keyArn(key.keyId) };
    },
    stop: () => server.close(),
  };
}
