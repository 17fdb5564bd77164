export { dashboardPage, dashboardPicture } from "./dashboard-page.ts";
export { sampleSeries, type Shape } from "./sample-data.ts";
export { scaleOf, shortNumber, type Scale } from "./scale.ts";
