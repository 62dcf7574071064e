/** Videos: the list, and one video's retention and moments. */
import "./videos.css";

export { VideoJourneys } from "./journeys";
export { Videos } from "./list";
export { VideoPage } from "./page";
export { VideoQuality } from "./quality";
export { VideoValue } from "./value";
