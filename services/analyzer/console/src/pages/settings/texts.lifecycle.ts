/** What is said of the rules of stages. English is the source; Japanese has the same keys and placeholders. */
export const en = {
  "settings.lifecycle": "Stages of customers",
  "settings.lifecycle.what":
    "Reports, segments, prompts and each person's page go by these rules. Prompts follow within a second, segments with their next run.",
  "settings.lifecycle.published": "As published",
  "settings.lifecycle.own": "Your own",
  "settings.lifecycle.loyal_orders": "Orders that make loyal",
  "settings.lifecycle.loyal_orders.hint": "From 2 to 20, the last order included.",
  "settings.lifecycle.loyal_days": "Within (days)",
  "settings.lifecycle.loyal_days.hint": "From the first to the last of those orders.",
  "settings.lifecycle.at_risk_days": "At risk after (days)",
  "settings.lifecycle.at_risk_days.hint": "Since the last order.",
  "settings.lifecycle.dormant_days": "Dormant after (days)",
  "settings.lifecycle.dormant_days.hint": "Longer than until at risk.",
  "settings.lifecycle.advocate_events": "Events that recommend",
  "settings.lifecycle.advocate_events.hint": "One a line. Who did so after a second order is an advocate.",
  "settings.lifecycle.advocate_acts": "How often",
  "settings.lifecycle.reset": "Back to the published rules",
};

export const ja: Record<keyof typeof en, string> = {
  "settings.lifecycle": "顧客のステージ",
  "settings.lifecycle.what":
    "レポート、セグメント、接客、顧客の画面が従うルールです。接客には1秒以内に、セグメントには次の実行で反映します。",
  "settings.lifecycle.published": "標準のまま",
  "settings.lifecycle.own": "独自の設定",
  "settings.lifecycle.loyal_orders": "ロイヤルになる注文回数",
  "settings.lifecycle.loyal_orders.hint": "2回から20回。最後の注文も数えます。",
  "settings.lifecycle.loyal_days": "その期間（日）",
  "settings.lifecycle.loyal_days.hint": "その回数の最初から最後の注文まで。",
  "settings.lifecycle.at_risk_days": "離れかけとみなす日数",
  "settings.lifecycle.at_risk_days.hint": "最後の注文からの日数。",
  "settings.lifecycle.dormant_days": "休眠とみなす日数",
  "settings.lifecycle.dormant_days.hint": "離れかけより長い日数。",
  "settings.lifecycle.advocate_events": "推奨とみなすイベント",
  "settings.lifecycle.advocate_events.hint": "1行に1つ。2回目の注文の後に行った人が推奨者です。",
  "settings.lifecycle.advocate_acts": "必要な回数",
  "settings.lifecycle.reset": "標準に戻す",
};
