import { randomUUID } from 'node:crypto';
import { AwsError } from '../http/aws-error.ts';

export interface SecretVersion {
  readonly id: string;
  readonly string?: string | undefined;
  /** Base64. */
  readonly binary?: string | undefined;
  readonly createdAtSeconds: number;
  /** `AWSCURRENT`, `AWSPREVIOUS` or one's own; a version without stages is deprecated. */
  stages: string[];
}

/** A secret as the file keeps it. */
export interface StoredSecret {
  readonly name: string;
  readonly arn: string;
  description: string;
  readonly createdAtSeconds: number;
  /** The newest last. */
  readonly versions: SecretVersion[];
}

type Input = Readonly<Record<string, unknown>>;

/** Versions that one secret keeps; AWS keeps about a hundred. */
const versionsMax = 100;
const secretCharactersMax = 65_536;

/** Finds a secret by name, ARN, or ARN without its six random characters. */
export function findSecret(secrets: readonly StoredSecret[], id: unknown): StoredSecret | undefined {
  return secrets.find(({ name, arn }) => id === name || id === arn || id === arn.slice(0, -'-AbCdEf'.length));
}

/** The operations on a secret that was found and that the caller may touch. */
export const secretOperations: Readonly<Record<string, (secret: StoredSecret, input: Input) => object>> = {
  GetSecretValue: (secret, input) => {
    const version = findVersion(secret, input);
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      VersionStages: version.stages,
      CreatedDate: version.createdAtSeconds,
      ...(version.string === undefined ? { SecretBinary: version.binary } : { SecretString: version.string }),
    };
  },
  DescribeSecret: (secret) => ({
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: secret.createdAtSeconds,
    LastChangedDate: secret.versions.at(-1)?.createdAtSeconds,
    VersionIdsToStages: Object.fromEntries(
      secret.versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]),
    ),
  }),
  PutSecretValue: (secret, input) => {
    const version = putVersion(secret, {
      id: typeof input.ClientRequestToken === 'string' ? input.ClientRequestToken : randomUUID(),
      string: input.SecretString as string | undefined,
      binary: input.SecretBinary as string | undefined,
    });
    return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
  },
};

/** Adds a version and makes it the current one; the same id with the same content changes nothing. */
export function putVersion(
  secret: StoredSecret,
  value: { readonly id: string; readonly string?: string | undefined; readonly binary?: string | undefined },
): SecretVersion {
  const size = value.string?.length ?? value.binary?.length ?? 0;
  if (size === 0 || size > secretCharactersMax) {
    throw new AwsError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
  }
  const same = secret.versions.find(({ id }) => id === value.id);
  if (same !== undefined && (same.string !== value.string || same.binary !== value.binary)) {
    throw new AwsError('ResourceExistsException', `The version ${value.id} exists with another value.`);
  }
  if (same !== undefined) return same;
  for (const version of secret.versions) {
    const wasCurrent = version.stages.includes('AWSCURRENT');
    const own = version.stages.filter((stage) => stage !== 'AWSCURRENT' && stage !== 'AWSPREVIOUS');
    version.stages = wasCurrent ? [...own, 'AWSPREVIOUS'] : own;
  }
  const version: SecretVersion = {
    ...value,
    createdAtSeconds: Math.floor(Date.now() / 1_000),
    stages: ['AWSCURRENT'],
  };
  secret.versions.push(version);
  secret.versions.splice(0, secret.versions.length - versionsMax);
  return version;
}

function findVersion(secret: StoredSecret, input: Input): SecretVersion {
  const { VersionId: id, VersionStage: stage } = input;
  const found = secret.versions.find((version) =>
    id === undefined
      ? version.stages.includes(String(stage ?? 'AWSCURRENT'))
      : version.id === id && (stage === undefined || version.stages.includes(String(stage))),
  );
  if (found !== undefined) return found;
  throw new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${id === undefined ? `staging label: ${stage ?? 'AWSCURRENT'}` : `VersionId: ${id}`}`,
  );
}
