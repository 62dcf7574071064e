/** What the release of customers' videos says. English is the source; Japanese has the same keys and placeholders. */
export const en = {
  "release.title": "From customers, waiting for you",
  "release.note":
    "Posted in the community. Only what you release is proposed to anybody or shown in prompts; look at it first.",
  "release.product": "Shows {product}",
  "release.release": "Release",
  "release.decline": "Decline",
  "release.take_back": "Take back",
  "release.by_customers": "by customers",
  "release.held_back": "held back",
  "release.no_src": "No address was told: it can be proposed where pages play it, not opened by a prompt.",
  "release.done": "{title} may be shown now",
  "release.declined": "{title} is shown to nobody",
};

export const ja: Record<keyof typeof en, string> = {
  "release.title": "お客様の動画（公開待ち）",
  "release.note":
    "コミュニティに投稿された動画です。公開したものだけが、提案や接客に使われます。先に内容を確認してください。",
  "release.product": "商品：{product}",
  "release.release": "公開する",
  "release.decline": "使わない",
  "release.take_back": "取り下げる",
  "release.by_customers": "お客様の動画",
  "release.held_back": "非公開",
  "release.no_src": "アドレスがないため、接客からは開けません。ページで再生される場所でだけ提案されます。",
  "release.done": "「{title}」を公開しました",
  "release.declined": "「{title}」は誰にも表示されません",
};
