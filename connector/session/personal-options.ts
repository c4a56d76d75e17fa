import type { ConnectOptions } from '../engine/port.ts';
import type { SessionCore } from './session-core.ts';

/** What a tenant sets of a session's sockets. */
export type PersonalOptions = Pick<ConnectOptions, 'markOnline' | 'proxyUrl' | 'browserName'>;

/** As the row has them now. Throws when the proxy's address cannot be opened: a session with a proxy must not go without. */
export async function personalOptions({ record, dependencies }: SessionCore): Promise<PersonalOptions> {
  if (record === undefined) return {};
  const { markOnline, browserName } = record.row.settings;
  const proxyUrl = await dependencies.openProxyUrl(record.row);
  return {
    markOnline: markOnline === true,
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    ...(typeof browserName === 'string' ? { browserName } : {}),
  };
}
