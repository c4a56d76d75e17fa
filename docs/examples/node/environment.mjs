/** The value of an environment variable; without one the program ends with a sentence that names it. */
export function requireEnvironment(name) {
  const value = process.env[name];
  if (value) return value;
  console.error(`Set ${name} first.`);
  process.exit(2);
}
