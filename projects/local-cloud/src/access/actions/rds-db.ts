/** @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html */
import type { Use } from "../request.ts";

export const connectingTo = (databaseUserArn: string): readonly Use[] => [
  { action: "rds-db:connect", resource: databaseUserArn },
];
