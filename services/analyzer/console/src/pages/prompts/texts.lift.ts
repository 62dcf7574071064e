/** What the page on all prompts together says. English is the source; Japanese has the same keys and placeholders. */
export const en = {
  "lift.page.list": "Prompts",
  "lift.page.lift": "What they bring",
  "lift.lead": "All prompts together, against the people they were withheld from by lot.",
  "lift.won": "Prompts won {n} conversions",
  "lift.lost": "Prompts cost {n} conversions",
  "lift.unsure": "Whether prompts win conversions cannot be told yet",
  "lift.won_what":
    "95 % certain to be between {low} and {high}: conversions of the {persons} people who got a prompt, beyond what the {control} held out did at the same moments.",
  "lift.none": "Nothing to compare yet",
  "lift.none_how":
    "Give a prompt a share of people to hold out: what it brings is the difference to them, and nothing else can tell it.",
  "lift.conversion": "Conversion of a person shown",
  "lift.value": "Value of a person shown",
  "lift.value_won": "Value won in all",
  "lift.shown_share": "Visitors who saw a prompt",
  "lift.held_share": "Visitors with one held out",
  "lift.of": "{n} of {all}",
  "lift.left_out": "{n} persons are in campaigns and months too small to compare, and are left out.",
  "lift.months": "By month",
  "lift.months_note":
    "What a prompt added to the conversion of those who got it, in points, by the month of their first prompt. The bar is the 95 % interval.",
  "lift.month": "Month",
  "lift.effect": "Lift",
  "lift.interval_95": "95 % interval",
  "lift.conversions_won": "Conversions won",
  "lift.persons": "Got it",
  "lift.control": "Held out",
  "lift.campaigns": "Each prompt",
  "lift.campaigns_note":
    "Lift in points against those held out. Adjusted: the same, with what people had bought, viewed and put into the cart before taken out, hence often narrower.",
  "lift.plain": "Lift",
  "lift.adjusted": "Adjusted",
  "lift.narrower": "{share} less variance",
  "lift.verdict": "Verdict",
  "lift.check": "Can the figures be trusted?",
  "lift.check_what":
    "We split the same people at random {n} times, where there can be no difference, and compared them as prompts are compared: {share} of the splits looked significant, where {expected} are to be expected.",
  "lift.check_p": "The spread of their p-values fits chance (p = {p}).",
  "lift.check_low": "For this at least 100 conversions in one prompt with people held out are needed.",
  "uplift.adjusted": "Conversion, adjusted for the past",
  "uplift.value_adjusted": "Value a person, adjusted for the past",
  "uplift.adjusted_what":
    "Adjusted: what people had bought, viewed and put into the cart before the prompt is taken out; {share} of the variance went with it.",
  "videos.assumes.arms_count_persons": "Arms count persons, each once.",
  "videos.assumes.converted_after_the_trigger":
    "Converted means: within the goal's window after the prompt was first due, whether it was shown or held out.",
  "videos.assumes.seen_in_two_arms_are_set_aside":
    "Persons seen in two arms of a prompt are set aside, and counted.",
  "videos.assumes.weighted_by_persons_that_got_a_prompt":
    "Each prompt and month weighs as much as the persons who got the prompt in it.",
  "videos.assumes.months_of_the_first_trigger":
    "A month is that of the first time the prompt was due, in the site's time zone.",
};

export const ja: Record<keyof typeof en, string> = {
  "lift.page.list": "接客の一覧",
  "lift.page.lift": "全体の効果",
  "lift.lead": "すべての接客を、抽選で見せなかった人と比べます。",
  "lift.won": "接客で{n}件のCVが増えました",
  "lift.lost": "接客で{n}件のCVが減りました",
  "lift.unsure": "接客でCVが増えたかは、まだわかりません",
  "lift.won_what":
    "95%の確からしさで{low}件から{high}件です。接客を受けた{persons}人のCVが、同じ瞬間に見せなかった{control}人より多い分です。",
  "lift.none": "まだ比べられません",
  "lift.none_how":
    "接客に「見せない割合」を設定してください。見せなかった人との差だけが、効果を教えてくれます。",
  "lift.conversion": "接客を受けた人のCVR",
  "lift.value": "接客を受けた人の金額",
  "lift.value_won": "増えた金額の合計",
  "lift.shown_share": "接客を見た訪問者",
  "lift.held_share": "見せなかった訪問者",
  "lift.of": "{all}人中{n}人",
  "lift.left_out": "{n}人は、比べるには小さい接客と月のため除いています。",
  "lift.months": "月ごと",
  "lift.months_note":
    "接客が、受けた人のCVRを何ポイント上げたかを、最初に対象になった月ごとに示します。棒は95%区間です。",
  "lift.month": "月",
  "lift.effect": "効果",
  "lift.interval_95": "95%区間",
  "lift.conversions_won": "増えたCV",
  "lift.persons": "受けた人",
  "lift.control": "見せない人",
  "lift.campaigns": "接客ごと",
  "lift.campaigns_note":
    "見せなかった人との差（ポイント）。調整後：それ以前の購入・閲覧・カートの違いを除いた差で、多くの場合、区間が狭くなります。",
  "lift.plain": "効果",
  "lift.adjusted": "調整後",
  "lift.narrower": "分散{share}減",
  "lift.verdict": "判定",
  "lift.check": "この数値は信頼できますか",
  "lift.check_what":
    "差が出るはずのない分け方を、同じ人たちで{n}回、無作為に試しました。有意に見えたのは{share}で、偶然なら{expected}です。",
  "lift.check_p": "p値の散らばりは偶然と合っています（p = {p}）。",
  "lift.check_low": "確認には、見せない人のいる接客ひとつで100件以上のCVが必要です。",
  "uplift.adjusted": "CVR（以前の行動で調整）",
  "uplift.value_adjusted": "一人あたりの金額（以前の行動で調整）",
  "uplift.adjusted_what":
    "調整：接客より前の購入・閲覧・カートの違いを除いています。分散の{share}が除かれました。",
  "videos.assumes.arms_count_persons": "人数で数えます。ひとりは一度だけです。",
  "videos.assumes.converted_after_the_trigger":
    "CVは、接客が最初に対象になってから（見せた人も見せなかった人も）ゴールの期間内のものです。",
  "videos.assumes.seen_in_two_arms_are_set_aside": "ひとつの接客の両方に入った人は除き、人数を数えます。",
  "videos.assumes.weighted_by_persons_that_got_a_prompt": "接客と月は、接客を受けた人数の重みで合わせます。",
  "videos.assumes.months_of_the_first_trigger": "月は、最初に対象になった時点のものです（サイトの時間帯）。",
};
