import { describe, expect, it } from 'vitest';
import { resolveContainerSecrets } from '../../../local/ecs/container-secrets.ts';
import type { TaskSpec } from '../../../local/ecs/service-spec.ts';
import { Authorizer } from '../../../local/iam/authorizer.ts';
import { compileStatements } from '../../../local/iam/statement.ts';

const roleArn = 'arn:aws:iam::000000000000:role/execution';
const secretArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:db-AbCdEf';

function resolve(valueFrom: string, value: string, allowed = secretArn) {
  const document = { Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: allowed }] };
  const role = { name: 'execution', arn: roleArn, statements: compileStatements(document, 'Role') };
  const container = {
    name: 'c',
    folder: '/',
    command: [],
    environment: {},
    stopTimeoutSeconds: 1,
    secrets: [{ name: 'DB', valueFrom }],
  };
  const task: TaskSpec = {
    logicalId: 'Task',
    family: 'f',
    revision: '1',
    taskRoleArn: roleArn,
    executionRoleArn: roleArn,
    container,
  };
  return resolveContainerSecrets(task, new Authorizer(new Map([[roleArn, role]]), '000000000000'), () => value);
}

describe("a container's secrets", () => {
  it.each([
    [secretArn, 'plain', 'plain'],
    [`${secretArn}:password::`, '{"password":"p","port":5432}', 'p'],
    [`${secretArn}:port::`, '{"password":"p","port":5432}', '5432'],
  ])('from %s', async (valueFrom, value, expected) => {
    expect(await resolve(valueFrom, value)).toEqual({ DB: expected });
  });

  it('need the rights of the execution role', async () => {
    await expect(resolve(secretArn, 'plain', 'arn:other')).rejects.toThrow(/Task cannot start: User: .*GetSecretValue/);
  });

  it.each([
    [`${secretArn}:missing::`, '{"password":"hush"}'],
    [`${secretArn}:password::`, 'hush, no json'],
  ])('that lack the key stop, without being quoted: %s', async (valueFrom, value) => {
    const error = await resolve(valueFrom, value).catch((reason: unknown) => String(reason));
    expect(error).toMatch(/wants the key/);
    expect(error).not.toContain('hush');
  });

  it('have no versions here', async () => {
    await expect(resolve(`${secretArn}::AWSPREVIOUS:`, 'x')).rejects.toThrow(/version/);
  });
});
