/**
 * The live page and the recording's: hls.js feeds the player, comments come at their second, products at their scene.
 * Must never show a recording as live: what is on air is the server's word.
 */
import { armLike, armProduct, tellVideo } from "/static/watch.js";

const stage = document.getElementById("stage");
const told = JSON.parse(stage.dataset.told);
const { texts } = told;
const video = stage.querySelector("video");
const sign = stage.querySelector(".on-air");
const play = stage.querySelector(".stage-play");
const list = stage.querySelector(".chat ol");
const isLive = told.stage === "live";
let hls;

const show = (state, text) => {
  sign.dataset.state = state;
  sign.textContent = text;
};
const fail = () => {
  stage.querySelector("[data-failed]").hidden = false;
};

async function open(address, options = {}) {
  const { default: Hls } = await import("/vendor/hls.mjs");
  if (Hls.isSupported()) {
    hls?.destroy();
    hls = new Hls({ enableWorker: false, ...options });
    hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
      if (!fatal) return;
      if (type === Hls.ErrorTypes.NETWORK_ERROR) setTimeout(() => hls.startLoad(), 1000);
      else fail();
    });
    hls.loadSource(address);
    hls.attachMedia(video);
  } else if (video.canPlayType("application/vnd.apple.mpegurl")) video.src = address;
  else fail();
}

function say({ at, name, text, own }) {
  const row = document.createElement("li");
  const who = document.createElement("b");
  who.textContent = name;
  row.append(who, ` ${text}`);
  row.dataset.at = at;
  row.classList.toggle("own", Boolean(own));
  list.append(row);
  list.scrollTop = list.scrollHeight;
}

/** Comments up to this second; going back takes later ones away, but never one's own. */
function follow() {
  const now = video.currentTime;
  for (const row of list.querySelectorAll(":not(.own)")) if (row.matches("li") && +row.dataset.at > now) row.remove();
  const last = Math.max(-1, ...[...list.querySelectorAll("li:not(.own)")].map((row) => +row.dataset.at));
  for (const comment of told.comments) if (comment.at > last && comment.at <= now) say(comment);
  const scene = told.scenes.filter(({ start }) => start <= now).pop()?.id;
  for (const item of stage.querySelectorAll(".shelf-now li")) {
    item.toggleAttribute("data-now", item.dataset.scene === scene && now > 0);
  }
  const chapters = [...stage.querySelectorAll("[data-seek]")];
  const chapter = chapters.filter((one) => +one.dataset.seek <= now + 0.05).pop();
  for (const one of chapters) one.toggleAttribute("aria-current", one === chapter && now > 0);
}

video.addEventListener("timeupdate", follow);
armLike(stage.querySelector("[data-like]"), video);
for (const link of stage.querySelectorAll("[data-product]")) armProduct(link, video);
for (const chapter of stage.querySelectorAll("[data-seek]")) {
  chapter.addEventListener("click", () => {
    video.currentTime = +chapter.dataset.seek;
    video.play().catch(() => {});
  });
}
stage.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = event.target.elements.text;
  say({ at: video.currentTime, name: texts.you, text: field.value, own: true });
  field.value = "";
  // What was written is nobody's business; that something was, and when, is.
  tellVideo("Video Commented", video);
});
const share = stage.querySelector("[data-share]");
share.addEventListener("click", async () => {
  try {
    if (navigator.share) await navigator.share({ title: video.title, url: location.href });
    else {
      await navigator.clipboard.writeText(location.href);
      share.querySelector("span").textContent = texts.copied;
    }
  } catch {
    return;
  }
  tellVideo("Video Shared", video, { share_network: navigator.share ? "system" : "clipboard" });
});

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits for the next broadcast, opens it, and after its end waits for the one after. */
async function attend() {
  let opened = 0;
  for (;;) {
    const answer = await fetch("/api/on-air").then((one) => one.json(), () => null);
    const watching = opened && !video.ended;
    if (answer?.is_on && answer.id !== opened && !watching) {
      opened = answer.id;
      await open(`/live/${opened}.m3u8`, { liveSyncDurationCount: 2, liveDurationInfinity: true });
      show("live", texts.live);
      play.disabled = false;
      play.hidden = false;
      video.controls = false;
    } else if (answer && !answer.is_on && (!opened || video.ended || video.paused)) {
      show("soon", texts.soon.replace("{n}", Math.ceil(answer.next_at - answer.now)));
      play.hidden = true;
      opened = 0;
    }
    await pause(1000);
  }
}

if (isLive) {
  play.addEventListener("click", () => {
    const edge = hls?.liveSyncPosition;
    if (edge > video.currentTime) video.currentTime = edge;
    video.play().then(
      () => {
        play.hidden = true;
        video.controls = true;
      },
      () => {},
    );
  });
  video.addEventListener("ended", () => show("soon", texts.ended));
  attend();
} else open(told.recording);
