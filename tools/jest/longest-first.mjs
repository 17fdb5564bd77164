import Sequencer from "@jest/test-sequencer";

/** What takes minutes starts first, so that it runs beside everything else instead of after it. */
const LONGEST = [
  /system-tests\/test\/deployment/,
  /ecs\/test|test\/ecs\//,
  /provider\/lifecycle/,
  /api\/test\/process/,
  /awsx\/components/,
];

/**
 * Keeps every core busy for minutes: beside the running system of the end-to-end test it would starve the service, whose
 * audit entry has half a second, so it comes when that one is over.
 */
const LAST = /system-tests\/test\/plans/;

export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      if (LAST.test(path)) return LONGEST.length + 1;
      const at = LONGEST.findIndex((pattern) => pattern.test(path));
      return at < 0 ? LONGEST.length : at;
    };
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
}
