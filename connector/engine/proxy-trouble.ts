/**
 * What can be wrong with a session's own proxy; the words are the status reasons that a tenant reads.
 *
 * - `proxy_forbidden`: its name leads to an address that is not public.
 * - `proxy_refused`: it did not take user name and password.
 * - `proxy_unreachable`: no connection came about through it.
 */
export type ProxyTrouble = 'proxy_forbidden' | 'proxy_refused' | 'proxy_unreachable';
