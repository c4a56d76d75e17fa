import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Authorize, Engine } from '../engine.ts';
import { AwsError } from '../http/aws-error.ts';
import { awsJsonEndpoint } from '../http/aws-json-endpoint.ts';
import { checkAccess } from '../http/check-access.ts';
import { listen } from '../http/listen.ts';
import { defaultIdentity } from '../identity.ts';
import { type GenerateSecretString, generateSecretString } from './generate-secret-string.ts';
import { openSecretFile } from './secret-file.ts';
import { findSecret, putVersion, type StoredSecret, secretOperations } from './secrets-operations.ts';

export interface SecretsOptions {
  readonly port?: number | undefined;
  /** Where the secrets live; without it, in memory, and generated ones are new at each start. */
  readonly dataFolder?: string | undefined;
  readonly authorize?: Authorize | undefined;
  readonly accountId?: string | undefined;
  readonly region?: string | undefined;
}

export interface SecretsEngine extends Engine {
  /**
   * Makes a secret with the text given or generated. One that the data folder already holds keeps its value, so that what was signed with it
   * stays valid.
   */
  createSecret(
    name: string,
    options?: {
      readonly description?: string | undefined;
      readonly secretString?: string | undefined;
      readonly generateSecretString?: GenerateSecretString | undefined;
    },
  ): { readonly arn: string; readonly name: string };
  /** The current text, for the environment of a container; `undefined` when there is no such secret or it is binary. */
  readSecret(nameOrArn: string): string | undefined;
}

interface SecretsFile {
  secrets: StoredSecret[];
}

/**
 * Starts Secrets Manager on loopback: GetSecretValue, DescribeSecret and PutSecretValue.
 *
 * @example const secrets = await startSecrets(); secrets.createSecret('jwt', { generateSecretString: { PasswordLength: 64 } });
 */
export async function startSecrets(options: SecretsOptions = {}): Promise<SecretsEngine> {
  const { accountId = defaultIdentity.accountId, region = defaultIdentity.region } = options;
  const path = options.dataFolder === undefined ? undefined : join(options.dataFolder, 'secrets.json');
  const file = openSecretFile<SecretsFile>(path, { secrets: [] });
  const arnPrefix = `arn:aws:secretsmanager:${region}:${accountId}:secret:`;
  const { secrets } = file.content;
  const endpoint = awsJsonEndpoint({
    targetPrefix: 'secretsmanager',
    contentType: 'application/x-amz-json-1.1',
    answer: ({ operation, accessKeyId, input }) => {
      const run = secretOperations[operation];
      if (run === undefined) throw new AwsError('UnknownOperationException', `There is no ${operation} here.`);
      const secret = findSecret(secrets, input.SecretId);
      const resource = secret?.arn ?? `${arnPrefix}${String(input.SecretId)}`;
      const call = { accessKeyId, action: `secretsmanager:${operation}`, resource, context: {} };
      checkAccess(options.authorize, [call], { code: 'AccessDeniedException', status: 400 });
      if (secret === undefined) {
        throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      }
      const answer = run(secret, input);
      if (operation === 'PutSecretValue') file.save();
      return answer;
    },
  });
  const server = await listen('Secrets Manager', options.port ?? 0, endpoint);
  return {
    endpoint: server.endpoint,
    createSecret: (name, { description = '', secretString, generateSecretString: rules } = {}) => {
      const known = findSecret(secrets, name);
      if (known !== undefined) return { arn: known.arn, name };
      const secret = newSecret(name, `${arnPrefix}${name}-${arnSuffix(name)}`, description);
      putVersion(secret, { id: randomUUID(), string: secretString ?? generateSecretString(rules ?? {}) });
      secrets.push(secret);
      file.save();
      return { arn: secret.arn, name };
    },
    readSecret: (nameOrArn) =>
      findSecret(secrets, nameOrArn)?.versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.string,
    stop: () => server.close(),
  };
}

function newSecret(name: string, arn: string, description: string): StoredSecret {
  return { name, arn, description, createdAtSeconds: Math.floor(Date.now() / 1_000), versions: [] };
}

/** The six characters that AWS adds at random; here from the name, so that the ARN is the same at every start. */
function arnSuffix(name: string): string {
  return createHash('sha256').update(name).digest('base64').replace(/[+/]/g, 'x').slice(0, 6);
}
