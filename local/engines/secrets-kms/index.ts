export type { GenerateSecretString } from './generate-secret-string.ts';
export { type KmsEngine, type KmsOptions, startKms } from './start-kms.ts';
export { type SecretsEngine, type SecretsOptions, startSecrets } from './start-secrets.ts';
