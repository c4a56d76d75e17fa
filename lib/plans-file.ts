import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPlans } from '../core/plans/index.ts';

/**
 * The operator's plans from `plans.json`, as the functions get them: checked, on one line; empty when there is no such file. Throws a
 * sentence that names the place, so that a wrong file stops the synthesis and not the first request.
 *
 * @example readPlansFile('.') // '{"free":{"sessions":3}}'
 */
export function readPlansFile(folder: string): string {
  const file = join(folder, 'plans.json');
  if (!existsSync(file)) return '';
  const text = oneLine(file, readFileSync(file, 'utf8'));
  loadPlans(text);
  return text;
}

function oneLine(file: string, text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} is not valid JSON.`, { cause });
  }
}
