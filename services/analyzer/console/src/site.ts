/** Which site the console is looking at; kept in this browser. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Schemas } from "./api";

export type Site = Schemas["SiteShown"];

export interface SiteChoice {
  site: Site;
  sites: Site[];
  choose(id: string): void;
  reload(): void;
  collectorUrl: string;
  engagerUrl: string;
}

export const SiteContext = createContext<SiteChoice>(undefined as unknown as SiteChoice);

/** The chosen site. */
export function useSite(): SiteChoice {
  return useContext(SiteContext);
}
