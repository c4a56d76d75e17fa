/**
 * The one id under which a chat is kept although its person has two addresses: the LID when it is known, because WhatsApp moves all
 * chats there, else the phone form; groups and channels have one id only.
 *
 * @example chatIdOf('491510000001@s.whatsapp.net', '81234@lid') // '81234@lid'
 */
export function chatIdOf(address: string, alternate: string | undefined): string {
  return alternate?.endsWith('@lid') === true ? alternate : address;
}
