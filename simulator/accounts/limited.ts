/** Makes room in a map: beyond the limit its oldest member goes. */
export function limited<T>(map: Map<string, T>, limit: number): Map<string, T> {
  const [oldest] = map.keys();
  if (map.size >= limit && oldest !== undefined) map.delete(oldest);
  return map;
}
