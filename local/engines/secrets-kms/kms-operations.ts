import { randomBytes } from 'node:crypto';
import { AwsError } from '../http/aws-error.ts';
import { decryptBlob, type EncryptionContext, encryptBlob, keyIdOfBlob } from './kms-cipher.ts';

/** A key as the file keeps it. */
export interface KmsKey {
  readonly keyId: string;
  /** 32 bytes, base64. */
  readonly secret: string;
  readonly createdAtSeconds: number;
  readonly aliases: readonly string[];
  readonly description: string;
}

type Input = Readonly<Record<string, unknown>>;

/** A call with its key found, ready to be authorized and then answered. */
export interface KmsCall {
  readonly operation: string;
  readonly input: Input;
  /** Unknown only for a name that no key has; the answer is an error then, after the authorization. */
  readonly key: KmsKey | undefined;
  readonly encryptionContext: EncryptionContext;
  /** IAM condition keys. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

const operations = ['Encrypt', 'Decrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'DescribeKey'];
/** What KMS itself encrypts at most; larger data wants a data key. */
const plaintextBytesMax = 4_096;
const dataKeyBytes: Readonly<Record<string, number>> = { AES_128: 16, AES_256: 32 };

/** Finds the key that a call is about, by id, ARN or alias, or for Decrypt by its blob. */
export function kmsCall(operation: string, input: Input, keys: readonly KmsKey[]): KmsCall {
  if (!operations.includes(operation)) throw new AwsError('UnknownOperationException', `KMS here has no ${operation}.`);
  const encryptionContext = (input.EncryptionContext ?? {}) as EncryptionContext;
  const named = input.KeyId;
  if (operation !== 'Decrypt' && typeof named !== 'string')
    throw new AwsError('ValidationException', 'KeyId is missing.');
  const key =
    operation === 'Decrypt' ? findKey(keys, keyIdOfBlob(bytes(input, 'CiphertextBlob'))) : findKey(keys, String(named));
  if (operation === 'Decrypt' && typeof named === 'string' && findKey(keys, named)?.keyId !== key?.keyId) {
    throw new AwsError(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    );
  }
  const context: Record<string, readonly string[]> = { 'kms:EncryptionContextKeys': Object.keys(encryptionContext) };
  for (const [name, value] of Object.entries(encryptionContext)) context[`kms:EncryptionContext:${name}`] = [value];
  return { operation, input, key, encryptionContext, context };
}

/** The answer of a call that was allowed. */
export function answerKms(call: KmsCall, keyArn: (keyId: string) => string, accountId: string): object {
  const { operation, input, key, encryptionContext } = call;
  if (key === undefined) {
    throw new AwsError('NotFoundException', `Key '${String(input.KeyId)}' does not exist`);
  }
  const arn = keyArn(key.keyId);
  const secret = Buffer.from(key.secret, 'base64');
  if (operation === 'DescribeKey') return { KeyMetadata: keyMetadata(key, arn, accountId) };
  if (operation === 'Decrypt') {
    const plaintext = decryptBlob(bytes(input, 'CiphertextBlob'), secret, encryptionContext);
    return { KeyId: arn, Plaintext: plaintext.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  }
  const plaintext = operation === 'Encrypt' ? plaintextToEncrypt(input) : newDataKey(input);
  const blob = encryptBlob(key.keyId, secret, plaintext, encryptionContext).toString('base64');
  return {
    KeyId: arn,
    CiphertextBlob: blob,
    ...(operation === 'GenerateDataKey' ? { Plaintext: plaintext.toString('base64') } : {}),
    ...(operation === 'Encrypt' ? { EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' } : {}),
  };
}

function findKey(keys: readonly KmsKey[], name: string): KmsKey | undefined {
  const alias = name.indexOf('alias/');
  if (alias !== -1) return keys.find((key) => key.aliases.includes(name.slice(alias)));
  const keyId = name.slice(name.lastIndexOf('/') + 1);
  return keys.find((key) => key.keyId === keyId);
}

function plaintextToEncrypt(input: Input): Buffer {
  const plaintext = bytes(input, 'Plaintext');
  if (plaintext.length >= 1 && plaintext.length <= plaintextBytesMax) return plaintext;
  throw new AwsError('ValidationException', `Plaintext must have 1 to ${plaintextBytesMax} bytes.`);
}

function newDataKey(input: Input): Buffer {
  const length = Number(input.NumberOfBytes ?? dataKeyBytes[String(input.KeySpec)]);
  if (Number.isInteger(length) && length >= 1 && length <= 1_024) return randomBytes(length);
  throw new AwsError('ValidationException', 'Please specify either number of bytes or key spec.');
}

function bytes(input: Input, name: string): Buffer {
  const value = input[name];
  if (typeof value === 'string') return Buffer.from(value, 'base64');
  throw new AwsError('ValidationException', `${name} is missing.`);
}

function keyMetadata(key: KmsKey, arn: string, accountId: string): object {
  return {
    AWSAccountId: accountId,
    KeyId: key.keyId,
    Arn: arn,
    CreationDate: key.createdAtSeconds,
    Enabled: true,
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: 'Enabled',
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  };
}
