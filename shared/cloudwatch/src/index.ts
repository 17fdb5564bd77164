export { evaluateMath, type Series } from "./metric-math/evaluate.ts";
export { idsOf, isMetricId, isMetricsQuery, mathFault } from "./metric-math/faults.ts";
export { MathFault, parseMath, type Expression } from "./metric-math/parse.ts";
export { readAlarmRule, type AlarmRule } from "./alarm-rule.ts";
export {
  dashboardFaults,
  optionsOf,
  type AlarmWidget,
  type DashboardBody,
  type HorizontalAnnotation,
  type LogWidget,
  type MetricLine,
  type MetricOptions,
  type MetricWidget,
  type TextWidget,
  type Widget,
} from "./dashboard-body.ts";
