import Sequencer from "@jest/test-sequencer";

/** What takes minutes starts first, so that it runs beside everything else instead of after it. */
const LONGEST = [
  /system-tests\/test\/deployment/,
  /ecs\/test|test\/ecs\//,
  /provider\/lifecycle/,
  /api\/test\/process/,
  /awsx\/components/,
];

export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = LONGEST.findIndex((pattern) => pattern.test(path));
      return at < 0 ? LONGEST.length : at;
    };
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
}
