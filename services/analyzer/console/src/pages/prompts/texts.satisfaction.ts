/** What the result of a survey says. English is the source; Japanese has the same keys and placeholders. */
export const en = {
  "satisfaction.title": "Answers",
  "satisfaction.none": "This survey asks nothing yet",
  "satisfaction.none_how":
    "Edit it and add a question: a rating from 1 to 5 for how they liked the video, choices for what they will buy or what fits your brand.",
  "satisfaction.nobody": "Nobody has answered yet",
  "satisfaction.nobody_how":
    "Surveys are answered most right after a video: choose “When a video has ended” as its moment.",
  "satisfaction.rate": "{n} of {m} people answered: {rate} (95 %: {low} to {high}).",
  "satisfaction.note":
    "A person's last answer counts. Bought: a conversion within {days} days after the answer.",
  "satisfaction.answered": "{n} of {m} answered it ({rate}).",
  "satisfaction.mean": "Mean",
  "satisfaction.top": "Chose {values}",
  "satisfaction.top_short": "Top answers",
  "satisfaction.answer": "Answer",
  "satisfaction.share": "Share",
  "satisfaction.persons": "People",
  "satisfaction.bought": "Bought after",
  "satisfaction.other_answers": "{n} people chose an answer that is not offered any more.",
  "satisfaction.purchase":
    "Of those who chose {answer}, {rate} bought after it; of the others {others}. Raw difference: {points} points ({low} to {high}).",
  "satisfaction.no_difference":
    "Whatever they chose, about as many bought after it: no difference stands out from chance.",
  "satisfaction.effect": "Adjusted for what they had done before: {points} points ({low} to {high}).",
  "satisfaction.raw_only": "Too few answers to adjust it for what they had done before.",
  "satisfaction.incomplete": "{n} of them still have time to buy.",
  "satisfaction.by_video": "By the video seen last",
  "satisfaction.video": "Video",
  "satisfaction.no_video": "None before",
  "satisfaction.texts": "In their own words ({n}, newest first)",
  "related.title": "Which answers go together",
  "related.note":
    "Raw: those who like a video differ in other ways, too. What is put in words stands out from chance after all pairs were looked at.",
  "related.of": "{question} × {other}",
  "related.found":
    "Of those who chose {answer}, {share} chose “{other}”; of the others {others} ({points} points, {low} to {high}).",
  "related.nothing": "Nothing stands out from chance here.",
  "reason.too_few_answers": "Too few answers yet on one side.",
  "reason.too_few_levels": "One level alone has no top.",
  "reason.nobody_asked": "Nobody has been asked yet.",
};

export const ja: Record<keyof typeof en, string> = {
  "satisfaction.title": "回答",
  "satisfaction.none": "質問がまだありません",
  "satisfaction.none_how":
    "編集画面で質問を追加してください。動画の満足度は1〜5の評価、購入の意向やブランドの印象は選択肢でたずねられます。",
  "satisfaction.nobody": "まだ回答がありません",
  "satisfaction.nobody_how":
    "動画の直後がいちばん答えてもらえます。タイミングに「動画が終わったとき」を選んでください。",
  "satisfaction.rate": "{m}人中{n}人が回答しました（{rate}、95%区間 {low}〜{high}）。",
  "satisfaction.note": "1人につき最後の回答を数えます。購入は、回答後{days}日以内のCVです。",
  "satisfaction.answered": "{m}人中{n}人が回答（{rate}）",
  "satisfaction.mean": "平均",
  "satisfaction.top": "{values} を選択",
  "satisfaction.top_short": "上位の回答",
  "satisfaction.answer": "回答",
  "satisfaction.share": "割合",
  "satisfaction.persons": "人数",
  "satisfaction.bought": "その後の購入",
  "satisfaction.other_answers": "{n}人は、今はない選択肢で答えています。",
  "satisfaction.purchase":
    "「{answer}」の人は{rate}がその後に購入、ほかの人は{others}。生の差は{points}ポイント（{low}〜{high}）。",
  "satisfaction.no_difference": "どの回答でも、その後の購入に偶然と区別できる差はありません。",
  "satisfaction.effect": "回答前の行動をそろえると{points}ポイント（{low}〜{high}）。",
  "satisfaction.raw_only": "回答前の行動をそろえるには、まだ回答が足りません。",
  "satisfaction.incomplete": "このうち{n}人は、購入の期間がまだ残っています。",
  "satisfaction.by_video": "最後に見た動画別",
  "satisfaction.video": "動画",
  "satisfaction.no_video": "視聴なし",
  "satisfaction.texts": "自由回答（新しい順に{n}件）",
  "related.title": "一緒に選ばれた回答",
  "related.note":
    "生の差です。動画に満足した人は、ほかの点でも違います。文にしたものは、すべての組み合わせを見たうえで偶然とは言いにくいものです。",
  "related.of": "{question} × {other}",
  "related.found":
    "「{answer}」の人の{share}が「{other}」を選択、ほかの人は{others}（{points}ポイント、{low}〜{high}）。",
  "related.nothing": "偶然と区別できる差はありません。",
  "reason.too_few_answers": "片方の回答がまだ足りません。",
  "reason.too_few_levels": "段階が1つだけなので、上位を分けられません。",
  "reason.nobody_asked": "まだ誰にも聞いていません。",
};
