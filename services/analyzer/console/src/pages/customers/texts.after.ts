/** What the page on the time after a purchase says. English is the source; Japanese has the same keys. */
export const en = {
  "customers.page.aftercare": "After the purchase",
  "customers.lead.aftercare": "What buyers are shown and watch once they have bought, and what they do then.",
  "after.empty": "Nobody has bought in this time",
  "after.empty_how": "With the first order this page shows who was looked after, came back and bought again.",
  "after.way": "From the purchase on",
  "after.way_note":
    "{n} buyers, from their first purchase of this time. What comes within {days} days counts.",
  "after.buyers": "Bought",
  "after.delivered": "Were shown something",
  "after.delivered_what": "prompt {prompted} · video {viewed}",
  "after.watched": "Watched",
  "after.watched_what": "half of them {seconds} s or longer",
  "after.came_back": "Came back in {days} days",
  "after.bought_again": "Bought again in {days} days",
  "after.open": "{n} still have days left",
  "after.by_day": "When they come back",
  "after.by_day_note":
    "Share of all buyers by that day. Each counts for as long as could be followed, so days to come are no loss.",
  "after.day": "By day",
  "after.back": "Came back",
  "after.again": "Bought again",
  "after.lot": "What the prompts for buyers brought, by lot",
  "after.lot_note":
    "Buyers that the prompt came to against those from whom it was withheld at the same moment.",
  "after.lot_none": "No prompt is for buyers only yet",
  "after.lot_none_how":
    "Make one for visitors with an order, and hold some of them out: only that tells what it brings.",
  "after.lot_make": "To the prompts",
  "after.arms": "Shown to {n}, withheld from {m}",
  "after.of.watched": "Watched a video",
  "after.of.came_back": "Came back",
  "after.of.bought_again": "Bought again",
  "after.raw": "Who watched, and who did not",
  "after.raw_note":
    "Raw: those who watch differ in more than that, so this is no effect. By what was watched in the first {days} days; {n} who bought again before that are on neither side.",
  "after.raw_watched": "Watched ({n})",
  "after.raw_not": "Did not ({n})",
  "after.raw_difference": "By day {day} the difference is {difference} points ({low} to {high}).",
  "after.videos": "Videos after the purchase",
  "after.videos_none": "No buyer has opened a video yet",
  "after.video": "Video",
  "after.viewers": "Opened",
  "after.seconds": "Seconds each",
  "after.bought_after": "Bought after it",
  "after.share_after": "Of those who watched",
  "reason.nobody_followed": "Nobody could be followed long enough yet.",
  "reason.everybody_watched": "Everybody watched; there is nobody to compare with.",
  "reason.not_followed_that_long": "Nobody could be followed that long yet.",
  "videos.assumes.buyers_by_their_first_purchase_of_the_window":
    "A buyer counts once, from the first purchase of the time above.",
  "videos.assumes.campaigns_for_buyers_by_their_audience":
    "A prompt is for buyers when nobody without an order can be in its audience.",
  "videos.assumes.seconds_are_those_that_players_told":
    "Seconds are those that players told, repeats included.",
  "videos.assumes.came_back_is_a_later_visit":
    "Came back: another visit with a page, a product or a video; the visit of the purchase is none.",
  "videos.assumes.shares_by_day_count_the_days_seen":
    "Shares by day count each buyer for as long as could be followed (Kaplan-Meier).",
  "videos.assumes.withheld_by_lot_after_the_purchase":
    "By lot: days count from the prompt, shown or withheld; seen in both is set aside.",
};

export const ja: Record<keyof typeof en, string> = {
  "customers.page.aftercare": "購入後",
  "customers.lead.aftercare": "買った人に何が届き、何を見て、その後どうしたか。",
  "after.empty": "この期間の購入者はいません",
  "after.empty_how": "最初の注文から、フォローされた人、戻った人、再購入した人がここに出ます。",
  "after.way": "購入からの歩み",
  "after.way_note": "購入者{n}人。期間内の最初の購入から数え、{days}日以内に届いたものが対象です。",
  "after.buyers": "購入",
  "after.delivered": "何かが届いた",
  "after.delivered_what": "接客 {prompted} · 動画 {viewed}",
  "after.watched": "視聴した",
  "after.watched_what": "半数は{seconds}秒以上",
  "after.came_back": "{days}日以内に再訪",
  "after.bought_again": "{days}日以内に再購入",
  "after.open": "{n}人はまだ期間中",
  "after.by_day": "いつ戻るか",
  "after.by_day_note":
    "全購入者のうち、その日までの割合。一人ひとり見届けた日数だけを数え、先の日は数えません。",
  "after.day": "日数",
  "after.back": "再訪",
  "after.again": "再購入",
  "after.lot": "購入者への接客の効果（抽選による比較）",
  "after.lot_note": "接客が出た購入者と、同じ時点で抽選により出さなかった購入者を比べます。",
  "after.lot_none": "購入者だけに出す接客はまだありません",
  "after.lot_none_how":
    "注文のある人に向けて作り、一部の人には見せないでください。それだけが効果を示します。",
  "after.lot_make": "接客へ",
  "after.arms": "表示 {n}人、非表示 {m}人",
  "after.of.watched": "動画を視聴",
  "after.of.came_back": "再訪",
  "after.of.bought_again": "再購入",
  "after.raw": "視聴した人としなかった人",
  "after.raw_note":
    "補正なしの比較です。視聴する人はほかの点でも違うため、効果ではありません。最初の{days}日間の視聴で分け、その前に再購入した{n}人はどちらにも入れません。",
  "after.raw_watched": "視聴した（{n}人）",
  "after.raw_not": "しなかった（{n}人）",
  "after.raw_difference": "{day}日目までの差は{difference}ポイント（{low}～{high}）です。",
  "after.videos": "購入後の動画",
  "after.videos_none": "動画を開いた購入者はまだいません",
  "after.video": "動画",
  "after.viewers": "開いた人",
  "after.seconds": "1人あたり秒",
  "after.bought_after": "その後に購入",
  "after.share_after": "視聴した人のうち",
  "reason.nobody_followed": "十分な日数を見届けた人がまだいません。",
  "reason.everybody_watched": "全員が視聴したため、比べる相手がいません。",
  "reason.not_followed_that_long": "その日数まで見届けた人がまだいません。",
  "videos.assumes.buyers_by_their_first_purchase_of_the_window":
    "購入者は、上の期間の最初の購入から1回だけ数えます。",
  "videos.assumes.campaigns_for_buyers_by_their_audience":
    "注文のない人が対象に入りえない接客を、購入者向けとみなします。",
  "videos.assumes.seconds_are_those_that_players_told":
    "秒数はプレーヤーが伝えたもので、繰り返しを含みます。",
  "videos.assumes.came_back_is_a_later_visit":
    "再訪は、ページ・商品・動画のいずれかがある別の訪問です。購入した訪問は数えません。",
  "videos.assumes.shares_by_day_count_the_days_seen":
    "日ごとの割合は、見届けた日数だけを数えます（カプラン・マイヤー法）。",
  "videos.assumes.withheld_by_lot_after_the_purchase":
    "抽選の比較は、表示または非表示の時点から数えます。両方に入った人は除きます。",
};
