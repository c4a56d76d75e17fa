import type { ProxyTrouble } from '../proxy-trouble.ts';

/** No socket through the proxy. Says nothing of where the proxy is or who it was asked as. */
export class ProxyError extends Error {
  readonly trouble: ProxyTrouble;

  constructor(trouble: ProxyTrouble, cause?: unknown) {
    super(trouble, cause === undefined ? {} : { cause });
    this.name = 'ProxyError';
    this.trouble = trouble;
  }
}
