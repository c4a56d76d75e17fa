export interface TemplateValues {
  readonly name: string | null;
  readonly phone: string | null;
  readonly text: string;
  readonly sessionName: string;
}

/** As much of a stranger's text as an answer may quote. */
const quotedLengthMax = 500;

/**
 * Puts the sender's name and the like into an answer. What is not known becomes nothing, and a blank that would then begin or double a
 * line goes with it; names in braces that are no fields stay as they are.
 *
 * @example fillTemplate('Hello {{firstName}}!', { name: 'Ada Lovelace', … }) // 'Hello Ada!'
 */
export function fillTemplate(template: string, { name, phone, text, sessionName }: TemplateValues): string {
  const values: Readonly<Record<string, string>> = {
    name: name ?? '',
    firstName: name?.trim().split(/\s+/u)[0] ?? '',
    phone: phone ?? '',
    text: text.slice(0, quotedLengthMax),
    sessionName,
  };
  return template
    .replace(/ ?\{\{\s*(\w+)\s*\}\}/g, (written, field: string) => {
      const value = Object.hasOwn(values, field) ? values[field] : undefined;
      if (value === undefined) return written;
      if (value === '') return '';
      return written.startsWith(' ') ? ` ${value}` : value;
    })
    .trim();
}
