import type { KmsEngine, SecretsEngine } from '../engines/secrets-kms/index.ts';
import { physicalName } from '../template/physical-name.ts';
import type { IdentityInput, ResourceIdentity } from '../template/resource-identity.ts';
import { isJsonObject } from '../template/template.ts';

/**
 * Makes keys and secrets, or finds those of an earlier run: their ids and ARNs are kept by their engines.
 *
 * @example engineIdentity(input, kms, secrets)?.attributes['Arn']
 */
export function engineIdentity(
  input: IdentityInput,
  kms: KmsEngine,
  secrets: SecretsEngine,
): ResourceIdentity | undefined {
  if (input.type === 'AWS::KMS::Key') {
    const { keyId, arn } = kms.createKey(physicalName(input.stackName, input.logicalId));
    return { ref: keyId, attributes: { Arn: arn, KeyId: keyId } };
  }
  if (input.type !== 'AWS::SecretsManager::Secret') return undefined;
  const given = input.property('Name');
  const name = typeof given === 'string' ? given : physicalName(input.stackName, input.logicalId);
  const secretString = input.property('SecretString');
  const rules = input.property('GenerateSecretString');
  const { arn } = secrets.createSecret(name, {
    ...(typeof secretString === 'string' ? { secretString } : {}),
    ...(isJsonObject(rules) ? { generateSecretString: rules } : {}),
  });
  return { ref: arn, attributes: { Id: arn, Name: name } };
}
