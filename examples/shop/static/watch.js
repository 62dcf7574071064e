/**
 * Clips, likes and products shown in films: what people do beside the player, told by Kikkake's names for it.
 * Must never wait for Kikkake, nor have two films play at once.
 */
window.kikkake = window.kikkake || [];
const tell = (...call) => window.kikkake.push(call);

/** The view that each video is in, so that what is done beside the player belongs to it. */
const views = new Map();
tell("on", "Video Playback Started", ({ properties }) =>
  views.set(properties.content_asset_id, properties.session_id),
);

/** Tells an action on a video, with the moment it happened at. */
export function tellVideo(event, video, more = {}) {
  const id = video.dataset.kikkakeVideo;
  const { duration } = video;
  tell("track", event, {
    content_asset_id: id,
    ...(views.has(id) ? { session_id: views.get(id) } : {}),
    title: video.title,
    position: Math.round(video.currentTime * 1000) / 1000,
    total_length: Number.isFinite(duration) ? duration : null,
    livestream: duration === Number.POSITIVE_INFINITY,
    ...more,
  });
}

const LIKED = "asagiri.liked";
const readLiked = () => {
  try {
    return new Set(JSON.parse(localStorage.getItem(LIKED)) ?? []);
  } catch {
    return new Set();
  }
};

/** Makes a button like and unlike a video; only a like is told. */
export function armLike(button, video) {
  const id = video.dataset.kikkakeVideo;
  const show = () => button.setAttribute("aria-pressed", readLiked().has(id));
  button.addEventListener("click", () => {
    const liked = readLiked();
    if (!liked.delete(id)) {
      liked.add(id);
      tellVideo("Video Liked", video);
    }
    localStorage.setItem(LIKED, JSON.stringify([...liked]));
    show();
  });
  show();
}

/** Tells that the way to a product was taken from a film. */
export function armProduct(link, video) {
  link.addEventListener("click", () =>
    tellVideo("Video Product Clicked", video, { product_id: link.dataset.product }),
  );
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");

function armClip(clip) {
  const video = clip.querySelector("video");
  const play = clip.querySelector(".clip-play");
  const sound = clip.querySelector("[data-sound]");
  const bar = clip.querySelector(".clip-bar i");
  // Who asked for less motion sees it once, and only after asking for it.
  const settle = () => {
    video.loop = !calm.matches;
  };
  settle();
  calm.addEventListener("change", settle);
  play.addEventListener("click", () => (video.paused ? video.play().catch(() => {}) : video.pause()));
  sound.addEventListener("click", () => {
    video.muted = !video.muted;
  });
  video.addEventListener("volumechange", () => sound.setAttribute("aria-pressed", !video.muted));
  for (const type of ["play", "pause", "ended"]) {
    video.addEventListener(type, () => {
      clip.classList.toggle("playing", !video.paused);
      play.setAttribute("aria-pressed", !video.paused);
    });
  }
  video.addEventListener("timeupdate", () => {
    bar.style.scale = `${video.currentTime / (video.duration || 1)} 1`;
  });
  armLike(clip.querySelector("[data-like]"), video);
  armProduct(clip.querySelector("[data-product]"), video);
  return video;
}

const clips = [...document.querySelectorAll("[data-clip]")].map(armClip);
const onlyOne = ({ target }) => {
  for (const video of document.querySelectorAll("video")) if (video !== target) video.pause();
};
document.addEventListener("play", onlyOne, true);

if (clips.length) {
  const leaves = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (!isIntersecting) target.pause();
    },
    { threshold: 0.3 },
  );
  for (const video of clips) leaves.observe(video);
}
