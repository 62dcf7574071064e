/** The keys of the site: what each may do, and its replacement. A secret one is shown once. */
import { useState } from "preact/hooks";
import { api, type Schemas, unwrap } from "../../api";
import { type Key, useWords } from "../../i18n";
import { useSite } from "../../site";
import { Confirm, FormError, useSending } from "../../ui/form";
import { Card, CopyButton } from "../../ui/parts";

type Kind = Schemas["KeyRotate"]["kind"];
const KINDS: Kind[] = ["write", "secret", "signing"];

export function Keys() {
  const { t } = useWords();
  const { site, reload } = useSite();
  const [asking, setAsking] = useState<Kind>();
  const [fresh, setFresh] = useState<Schemas["KeyRotated"]>();
  const sending = useSending();
  const nameOf = (kind: Kind) => t(`settings.keys.${kind}` satisfies Key);
  const replace = async (kind: Kind) => {
    await sending.run(async () => {
      const path = { site_id: site.id };
      setFresh(await unwrap(api.POST("/v1/sites/{site_id}/keys", { params: { path }, body: { kind } })));
      reload();
    });
    setAsking(undefined);
  };
  return (
    <Card title={t("settings.keys")}>
      <FormError error={sending.error} />
      {KINDS.map((kind) => (
        <div class="key" key={kind}>
          <div class="card-head">
            <h3>{nameOf(kind)}</h3>
            <button type="button" class="button quiet small" onClick={() => setAsking(kind)}>
              {t("settings.keys.replace")}
              <span class="hidden"> {nameOf(kind)}</span>
            </button>
          </div>
          <p class="note">{t(`settings.keys.${kind}.what` satisfies Key)}</p>
          {kind === "write" &&
            fresh?.kind !== "write" &&
            site.write_keys.map((key) => <Value key={key} text={key} />)}
          {fresh?.kind === kind && (
            <div class="fresh" role="status">
              <Value text={fresh.key} />
              {kind !== "write" && (
                <p class="note">
                  <strong>{t("settings.keys.once")}</strong>{" "}
                  <button type="button" class="link" onClick={() => setFresh(undefined)}>
                    {t("settings.keys.stored")}
                  </button>
                </p>
              )}
            </div>
          )}
        </div>
      ))}
      {asking && (
        <Confirm
          title={t("settings.keys.replace_title", { key: nameOf(asking) })}
          action={t("settings.keys.replace")}
          waiting={sending.waiting}
          onConfirm={() => replace(asking)}
          onCancel={() => setAsking(undefined)}
        >
          <p>{t(`settings.keys.replace.${asking}` satisfies Key)}</p>
        </Confirm>
      )}
    </Card>
  );
}

function Value({ text }: { text: string }) {
  return (
    <p class="key-value">
      <code>{text}</code> <CopyButton text={text} />
    </p>
  );
}
