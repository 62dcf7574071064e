/**
 * Makes the ids of visitors, sessions, views and messages.
 * Must never read a clock or a random source by itself: both are parameters.
 */

export type RandomBytes = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array;

/**
 * Builds a UUID version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, then 74 random bits, so that ids sort
 * by the time they were made.
 */
export function buildUuid7(now: number, random: RandomBytes): string {
  const bytes = random(new Uint8Array(16));
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
  const whole = `${now.toString(16).padStart(12, "0")}7${hex.slice(13)}`;
  return whole.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
