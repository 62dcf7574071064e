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
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 255;
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
