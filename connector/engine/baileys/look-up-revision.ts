/** WhatsApp's page answers in a fraction of this; sessions wait meanwhile. */
const lookUpMs = 10_000;
/** The script is some hundred kilobytes. */
const scriptCharactersMax = 5_000_000;
/** Without these WhatsApp answers with a page for unknown robots. */
const headers = {
  'sec-fetch-site': 'none',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
};

/**
 * Reads the web client's present revision where browsers get it: from the service worker's script on the host of the socket, so a
 * simulator answers for itself. Throws when the host does not say.
 *
 * @example await lookUpRevision('wss://web.whatsapp.com/ws/chat') // 1043857760
 */
export async function lookUpRevision(webSocketUrl: string): Promise<number> {
  const url = new URL('/sw.js', webSocketUrl.replace(/^ws/, 'http'));
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(lookUpMs) });
  if (!response.ok) throw new Error(`${url.host} answered ${response.status} to the question for its version.`);
  const script = (await response.text()).slice(0, scriptCharactersMax);
  const revision = Number(/\\?"client_revision\\?":\s*(\d{1,15})/.exec(script)?.[1]);
  if (!Number.isSafeInteger(revision)) throw new Error(`${url.host} does not name its version.`);
  return revision;
}
