/** How behaviours are named: the operator's word first, else words made of what was found. */
import { isKey, useWords } from "../../i18n";
import { useTouchName } from "./head";

const PART = /^video:(.+)@([\d.]+)-([\d.]+)$/;
const DID = /^video:(.+)#(Video \w+)$/;

/** A behaviour apart: which video, and which part of it or what was done with it. */
export function readBehaviour(behaviour: string): {
  group: string;
  name: string;
  from?: number;
  to?: number;
  did?: string;
} {
  const part = PART.exec(behaviour);
  if (part) return { group: "part", name: part[1] ?? "", from: Number(part[2]), to: Number(part[3]) };
  const did = DID.exec(behaviour);
  if (did) return { group: "did", name: did[1] ?? "", did: did[2] ?? "" };
  const colon = behaviour.indexOf(":");
  return { group: behaviour.slice(0, colon), name: behaviour.slice(colon + 1) };
}

/** Returns the words for a behaviour. */
export function useBehaviourName(
  titles: ReadonlyMap<string, string>,
): (one: { behaviour: string; name?: string | null }) => string {
  const { t, clock } = useWords();
  const touch = useTouchName();
  return ({ behaviour, name: said }) => {
    if (said) return said;
    const { group, name, from, to, did } = readBehaviour(behaviour);
    const video = titles.get(name) ?? name;
    if (group === "part") return t("factors.part", { video, from: clock(from ?? 0), to: clock(to ?? 0) });
    if (group === "did") {
      const key = `factors.did.${did}`;
      return isKey(key) ? t(key, { video }) : `${video}: ${did}`;
    }
    if (group === "video") return t("channels.video", { id: video });
    if (group === "video_kind") return t("factors.of_kind", { kind: name });
    if (group === "page") return t("factors.page", { path: name });
    return group === "channel" ? touch(name) : name;
  };
}
