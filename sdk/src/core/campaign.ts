/**
 * Reads the campaign of a visit from its landing address.
 * Must never keep parameters other than the campaign's own: an address may carry private values.
 */

/** Click ids that advertising networks add to the address; kept under their own names. */
const CLICK_IDS = /^([dgy]|fb|ms|tt|tw)clk?id$|^[gw]braid$|^li_fat_id$/;

/** Returns `utm_*` values (Segment's names: `utm_campaign` is `name`) and click ids, or undefined if there are none. */
export function readCampaign(search: string): Record<string, string> | undefined {
  const campaign: Record<string, string> = {};
  new URLSearchParams(search).forEach((value, key) => {
    const name = key.startsWith("utm_")
      ? key.slice(4).replace(/^campaign$/, "name")
      : CLICK_IDS.test(key) && key;
    if (name && value) campaign[name] = value.slice(0, 500);
  });
  return Object.keys(campaign).length ? campaign : undefined;
}
