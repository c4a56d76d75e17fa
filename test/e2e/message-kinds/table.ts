import type { Act, Kind } from './kind.ts';

export const directions = ['send', 'receive'] as const;
export type Direction = (typeof directions)[number];

export const places = ['chat by number', 'chat by LID', 'group by number', 'group by LID'] as const;
export type Place = (typeof places)[number];

/** Rows by name, columns by direction and place; what is missing was not shown. */
export type Results = ReadonlyMap<string, ReadonlySet<string>>;

export const column = (direction: Direction, place: Place) => `${direction} ${place}`;

/** Why there is no such cell; `undefined` where there is one. */
export function absence(kind: Kind, direction: Direction, place: Place): string | undefined {
  const act: Act = kind[direction];
  if (typeof act === 'string') return act;
  return place.startsWith('group') ? kind.notInGroups : kind.onlyInGroups;
}

/** What the page shows between its markers. */
export function kindsTable(kinds: readonly Kind[], results: Results): string {
  const columns = directions.flatMap((direction) => places.map((place) => ({ direction, place })));
  const heads = columns.map(({ direction, place }) => `${direction === 'send' ? 'API' : 'phone'}: ${place}`);
  const rows = kinds.map((kind) => {
    const cells = columns.map(({ direction, place }) => {
      if (absence(kind, direction, place) !== undefined) return '–';
      return results.get(kind.name)?.has(column(direction, place)) ? 'ok' : '**no**';
    });
    const reasons = columns.map(({ direction, place }) => absence(kind, direction, place)).filter(Boolean);
    return row([kind.name, ...cells, [...new Set(reasons)].join('; ')]);
  });
  const explained = kinds.map(({ name, takes, carries }) => row([name, takes, carries]));
  return [
    row(['Kind', ...heads, 'Where there is none']),
    row(Array.from({ length: heads.length + 2 }, () => '---')),
    ...rows,
    '',
    row(['Kind', 'The API takes', 'The webhook carries']),
    row(['---', '---', '---']),
    ...explained,
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const begin = '<!-- table: written by npm run message-kinds -->';
const end = '<!-- end of table -->';

/** The page with another table; throws when it has no place for one. */
export function withTable(page: string, table: string): string {
  const [before, after] = [page.split(begin)[0], page.split(end)[1]];
  if (before === undefined || after === undefined || !page.includes(begin)) throw new Error('The markers are missing.');
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}
