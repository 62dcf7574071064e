/**
 * Judges addresses that come with a prompt.
 * Must never let anything but a web page or a web image through: `javascript:` and `data:` run or hide code.
 */

/** Returns the absolute address, or undefined unless it is http, https or relative to the page. */
export function readAddress(address: string | undefined): string | undefined {
  if (!address) return undefined;
  try {
    const { href, protocol } = new URL(address, document.baseURI);
    return protocol === "https:" || protocol === "http:" ? href : undefined;
  } catch {
    return undefined;
  }
}
