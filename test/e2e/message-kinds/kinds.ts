import { changeKinds } from './change-kinds.ts';
import { fileKinds } from './file-kinds.ts';
import type { Kind } from './kind.ts';
import { plainKinds } from './plain-kinds.ts';
import { receivedKinds } from './received-kinds.ts';

/** Every kind of message, in the order of the table. */
export const kinds: readonly Kind[] = [...plainKinds, ...fileKinds, ...changeKinds, ...receivedKinds];
