import type { Authorizer } from '../iam/authorizer.ts';
import { isJsonObject } from '../template/template.ts';
import { UserError } from '../user-error.ts';
import type { TaskSpec } from './service-spec.ts';

/** The current value of a secret, by its ARN. */
export type SecretReader = (secretArn: string) => string | Promise<string>;

/**
 * The values that ECS puts into a container's environment, read with the rights of the execution role. `valueFrom` may end in `:<json key>::`.
 *
 * @example await resolveContainerSecrets(task, authorizer, readSecret) // { DATABASE_PASSWORD: '…' }
 */
export async function resolveContainerSecrets(
  task: TaskSpec,
  authorizer: Authorizer,
  readSecret: SecretReader,
): Promise<Readonly<Record<string, string>>> {
  const values: Record<string, string> = {};
  for (const { name, valueFrom } of task.container.secrets) {
    // An ARN has seven parts; what follows are JSON key, version stage and version id.
    const parts = valueFrom.split(':');
    const secretArn = parts.slice(0, 7).join(':');
    const [jsonKey = '', stage = '', version = ''] = parts.slice(7);
    if (stage !== '' || version !== '')
      throw new UserError(`${task.logicalId} wants a version of a secret; there is only one here.`);
    checkExecutionRole(task, authorizer, secretArn);
    const value = await readSecret(secretArn);
    values[name] = jsonKey === '' ? value : readKey(value, jsonKey, task.logicalId);
  }
  return values;
}

function checkExecutionRole(task: TaskSpec, authorizer: Authorizer, secretArn: string): void {
  if (task.executionRoleArn === undefined) throw new UserError(`${task.logicalId} has secrets but no execution role.`);
  const accessKeyId = authorizer.issueKey(task.executionRoleArn, task.family);
  const action = 'secretsmanager:GetSecretValue';
  const refusal = authorizer.authorize({ accessKeyId, action, resource: secretArn, context: {} });
  if (refusal !== undefined) throw new UserError(`${task.logicalId} cannot start: ${refusal}.`);
}

function readKey(value: string, jsonKey: string, logicalId: string): string {
  const fault = `${logicalId} wants the key ${jsonKey} of a secret that does not have it.`;
  try {
    const parsed: unknown = JSON.parse(value);
    const member = isJsonObject(parsed) ? parsed[jsonKey] : undefined;
    if (typeof member === 'string' || typeof member === 'number') return String(member);
  } catch {
    // The parser's message would quote the secret.
    throw new UserError(fault);
  }
  throw new UserError(fault);
}
