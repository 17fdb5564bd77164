/** ARNs of things that policies name before the things are there. Names are fixed, so the ARNs are known. */
import type { StackSettings } from "@records/conventions";
import type { Topic } from "./alert-subscriptions.ts";

type Place = Pick<StackSettings, "accountId" | "arn" | "name">;

export const trailArn = ({ arn, name }: Place): string => arn("cloudtrail", `trail/${name("trail", "trail")}`);

export const topicArn = ({ arn, name }: Place, topic: Topic): string => arn("sns", name(topic, "sns"));

export const ruleArn = ({ arn, name }: Place, purpose: string): string =>
  arn("events", `rule/${name(purpose, "eventRule")}`);

/** The detector's id is GuardDuty's own choice. */
export const detectorArns = ({ arn }: Place): string => arn("guardduty", "detector/*");

/** Budgets have no Region. */
export const budgetArns = ({ accountId }: Place): string => `arn:aws:budgets::${accountId}:*`;
