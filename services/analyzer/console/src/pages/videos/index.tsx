/** Videos: the list, and one video's retention and moments. */
import "./videos.css";

export { Videos } from "./list";
export { VideoPage } from "./page";
