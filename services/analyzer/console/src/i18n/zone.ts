/**
 * Times of day in a named time zone: what a `datetime-local` field shows, and back.
 * Must never use the browser's own zone: a campaign runs by its site's clock, whoever edits it.
 */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const options = {
    calendar: "iso8601",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZone: zone,
  } as const;
  const made = new Intl.DateTimeFormat("en-US", options);
  formats.set(zone, made);
  return made;
}

/** Returns the wall clock of `zone` at `at`, as if it were UTC; milliseconds. */
function readWall(at: number, zone: string): number {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** An ISO time as a `datetime-local` field has it, by the clock of `zone`. */
export function writeLocal(iso: unknown, zone: string): string {
  if (typeof iso !== "string" || Number.isNaN(Date.parse(iso))) return "";
  return new Date(readWall(Date.parse(iso), zone)).toISOString().slice(0, 16);
}

/**
 * The ISO time at which the clock of `zone` shows `local`. In the hour that a zone skips it is an hour on, in the one it
 * repeats the earlier.
 */
export function readLocal(local: string, zone: string): string {
  const wall = Date.parse(`${local}Z`);
  const day = 86_400_000;
  // The zone's distance from UTC before and after any change that could lie near.
  const offsets = [wall - day, wall + day].map((near) => readWall(near, zone) - near);
  const times = offsets.map((offset) => wall - offset);
  const found = times.filter((at) => readWall(at, zone) === wall);
  return new Date(found.length ? Math.min(...found) : Math.max(...times)).toISOString();
}
