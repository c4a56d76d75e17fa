import { isOpen, takesKeys } from './errors-of.ts';
import type { DocumentedOperation } from './load-operations.ts';

/** Who may call, as a sentence. */
export function describeAccess(operation: DocumentedOperation): string {
  if (isOpen(operation)) return 'Asks for no credential.';
  if (operation.access === 'admin') return 'Takes the login token of an administrator; no key has this right.';
  if (!takesKeys(operation)) return 'Takes a login token; no key has this right.';
  const forSession = operation.takesSessionKeys === true || operation.path.includes('{sessionId}');
  const whose = forSession ? 'of the account or of the session' : 'of the account';
  return `Takes a login token, or a key ${whose} with the scope \`${operation.access}\`.`;
}

/** `security` of OpenAPI; the names are scopes. */
export function securityOf(operation: DocumentedOperation): readonly Readonly<Record<string, readonly string[]>>[] {
  if (isOpen(operation)) return [];
  return takesKeys(operation) ? [{ apiKey: [operation.access] }, { loginToken: [] }] : [{ loginToken: [] }];
}
