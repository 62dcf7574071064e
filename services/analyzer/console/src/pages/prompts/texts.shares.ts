/** How visitors are given to variants. English is the source; Japanese has the same keys and placeholders. */
export const en = {
  "shares.hint.even":
    "Each visitor gets a variant by lot, in proportion to the weights. Choose this to compare variants: it tells soonest which is better.",
  "shares.hint.thompson":
    "Every 15 minutes the shares follow what has been learnt: the likelier a variant is the best, the more new visitors get it; every variant keeps a small share. Choose this to lose little while you learn.",
  "shares.hint.contextual":
    "As before, but learnt apart by device, first or later visit, channel and time of day. Choose this if different visitors may like different variants; it takes more visitors to learn.",
  "shares.hint.kept":
    "Who was given a variant keeps it. People held out stay held out. Weights count until something is learnt; a variant of weight 0 gets nobody.",
  "shares.title": "Who gets what now",
  "shares.note":
    "The share of new visitors that each variant gets, people held out left aside. Learnt {ago} from {persons} persons who were shown one.",
  "shares.variant": "Variant",
  "shares.share": "Share now",
  "shares.persons": "Saw it",
  "shares.converted": "Converted",
  "shares.contexts": "By visitor",
  "shares.contexts_note": "The most frequent kinds of visitors, and the variant that each mostly gets.",
  "shares.context": "Visitors",
  "shares.most": "Mostly gets",
  "shares.anybody": "all others",
  "shares.weighed":
    "Shares changed while this ran: variants are compared with every person weighed by the chance that the log has for their variant.",
  "shares.level.device.type=desktop": "desktop",
  "shares.level.device.type=mobile": "mobile",
  "shares.level.device.type=tablet": "tablet",
  "shares.level.device.type=other": "other device",
  "shares.level.visit=first": "first visit",
  "shares.level.visit=returning": "came before",
  "shares.level.channel=direct": "direct",
  "shares.level.channel=search": "search",
  "shares.level.channel=social": "social and video",
  "shares.level.channel=message": "e-mail and messages",
  "shares.level.channel=other": "other channel",
  "shares.level.daypart=night": "0 to 6 h",
  "shares.level.daypart=morning": "6 to 12 h",
  "shares.level.daypart=afternoon": "12 to 18 h",
  "shares.level.daypart=evening": "18 to 24 h",
  "reason.not_learnt_yet":
    "Nothing is learnt yet, so visitors are given by weight. It is looked at every 15 minutes.",
  "reason.no_persons": "Nobody has been shown a variant yet, so visitors are given by weight.",
  "reason.not_running": "The prompt is not running, so nothing is learnt.",
  "reason.one_variant": "There is only one variant to give.",
  "reason.too_many_variants": "With more than 20 variants visitors are given by weight.",
} as const;

export const ja: Record<keyof typeof en, string> = {
  "shares.hint.even":
    "比重に応じて、くじで出し分けます。どちらが良いかを最も早く確かめられるため、比較したいときに選びます。",
  "shares.hint.thompson":
    "15分ごとに結果から学び、最も良さそうなパターンほど新しい訪問者に多く出します。どのパターンも少しは出し続けます。機会損失を抑えたいときに選びます。",
  "shares.hint.contextual":
    "上と同じことを、端末・初回か再訪か・流入チャネル・時間帯ごとに学びます。訪問者によって好みが違いそうなときに選びます。学ぶには多くの訪問者が必要です。",
  "shares.hint.kept":
    "一度決まったパターンは、その訪問者では変わりません。見せない人（ホールドアウト）も変わりません。学ぶまでは比重どおりに出し、比重0のパターンは出しません。",
  "shares.title": "いまの出し分け",
  "shares.note":
    "新しい訪問者のうち、各パターンを出す割合です（見せない人を除く）。表示した{persons}人の結果から{ago}に学びました。",
  "shares.variant": "パターン",
  "shares.share": "いまの割合",
  "shares.persons": "表示",
  "shares.converted": "CV",
  "shares.contexts": "訪問者別",
  "shares.contexts_note": "人数の多い訪問者の種類と、主に出しているパターンです。",
  "shares.context": "訪問者",
  "shares.most": "主なパターン",
  "shares.anybody": "その他すべて",
  "shares.weighed":
    "期間中に割合が変わったため、記録された確率で一人ひとりを重み付けしてパターンを比べています。",
  "shares.level.device.type=desktop": "パソコン",
  "shares.level.device.type=mobile": "スマートフォン",
  "shares.level.device.type=tablet": "タブレット",
  "shares.level.device.type=other": "その他の端末",
  "shares.level.visit=first": "初回",
  "shares.level.visit=returning": "再訪",
  "shares.level.channel=direct": "直接",
  "shares.level.channel=search": "検索",
  "shares.level.channel=social": "SNS・動画",
  "shares.level.channel=message": "メール・メッセージ",
  "shares.level.channel=other": "その他の流入",
  "shares.level.daypart=night": "0〜6時",
  "shares.level.daypart=morning": "6〜12時",
  "shares.level.daypart=afternoon": "12〜18時",
  "shares.level.daypart=evening": "18〜24時",
  "reason.not_learnt_yet": "まだ学んでいないため、比重どおりに出しています。15分ごとに確かめます。",
  "reason.no_persons": "まだ誰にも表示していないため、比重どおりに出しています。",
  "reason.not_running": "この接客は実施中ではないため、学んでいません。",
  "reason.one_variant": "出せるパターンが1つだけです。",
  "reason.too_many_variants": "パターンが20を超えるため、比重どおりに出しています。",
};
