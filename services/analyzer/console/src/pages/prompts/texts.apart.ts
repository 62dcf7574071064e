/** What the result of a prompt says of stages and of leaving. English is the source. */
export const en = {
  "apart.stages": "By stage",
  "apart.stages_note":
    "Stage before the prompt was due: light had not converted, middle once, core more often. Each interval is for its stage alone.",
  "apart.stage": "Stage",
  "apart.stage.light": "Light",
  "apart.stage.middle": "Middle",
  "apart.stage.core": "Core",
  "apart.shown": "Shown",
  "apart.held": "Withheld",
  "apart.of": "{n} of {m}",
  "apart.difference": "Difference, points",
  "apart.exits": "Leaving",
  "apart.exits_note":
    "Of those for whom half an hour has passed. Below nought: fewer left for the prompt. The interval holds however often one looks.",
  "apart.who_left": "Who left",
  "apart.left": "Saw no further page",
  "apart.left_soon": "Gone within half a minute",
};

export const ja: Record<keyof typeof en, string> = {
  "apart.stages": "段階別",
  "apart.stages_note":
    "接客の前の段階です。ライト：CVなし、ミドル：1回、コア：2回以上。区間は段階ごとのものです。",
  "apart.stage": "段階",
  "apart.stage.light": "ライト",
  "apart.stage.middle": "ミドル",
  "apart.stage.core": "コア",
  "apart.shown": "表示",
  "apart.held": "非表示",
  "apart.of": "{m}人中{n}人",
  "apart.difference": "差（ポイント）",
  "apart.exits": "離脱",
  "apart.exits_note":
    "接客から30分たった人が対象です。マイナスなら離脱が減っています。区間は何度見ても成り立ちます。",
  "apart.who_left": "離脱した人",
  "apart.left": "次のページを見ていない",
  "apart.left_soon": "30秒以内にいなくなった",
};
