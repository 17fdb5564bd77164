import type { Statement } from "@records/conventions";

export interface DeliveryArgs {
  bucketArn: string;
  accountId: string;
  /** What delivers; undefined where the service names only the account. */
  sourceArn?: string;
  /** What the service asks of the bucket before it delivers. */
  looks: string[];
  /** Where it delivers, below the bucket. Default: anywhere. */
  path?: string;
}

/** An AWS service delivers into a bucket: it looks at it first, and writes, both for this account alone. */
export function serviceWrites(sid: string, service: string, args: DeliveryArgs): Statement[] {
  const condition = {
    StringEquals: { "aws:SourceAccount": args.accountId },
    ...(args.sourceArn ? { ArnLike: { "aws:SourceArn": args.sourceArn } } : {}),
  };
  const principal = { Service: service };
  return [
    {
      Sid: `${sid}Writes`,
      Effect: "Allow",
      Principal: principal,
      Action: "s3:PutObject",
      Resource: `${args.bucketArn}/${args.path ?? "*"}`,
      Condition: condition,
    },
    {
      Sid: `${sid}Looks`,
      Effect: "Allow",
      Principal: principal,
      Action: args.looks,
      Resource: args.bucketArn,
      Condition: condition,
    },
  ];
}
