/** Where an example contract pretends to come from. */
export interface Place {
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
  readonly suffix: string;
  /** Availability zones of the network: one subnet of each kind in each. */
  readonly zones: number;
}

export const arnIn =
  ({ region, accountId }: Place) =>
  (service: string, resource: string): string =>
    `arn:aws:${service}:${region}:${accountId}:${resource}`;

/** Hexadecimal id of 17 digits, as EC2 and EFS make them. */
export const hexId = (prefix: string, number: number): string => `${prefix}-${number.toString(16).padStart(17, "0")}`;
