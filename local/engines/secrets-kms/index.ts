export { type KmsEngine, type KmsOptions, startKms } from './start-kms.ts';
