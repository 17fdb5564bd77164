/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html */
import { arn } from "../../identifiers.ts";
import { operations, type Input, type Use } from "../request.ts";

const onPool =
  (operation: string) =>
  (input: Input): readonly Use[] => [
    { action: `cognito-idp:${operation}`, resource: arn("cognito-idp", `userpool/${String(input.UserPoolId ?? "")}`) },
  ];

export const cognitoIdp = operations({
  AddUserPoolClientSecret: onPool("AddUserPoolClientSecret"),
  DeleteUserPoolClientSecret: onPool("DeleteUserPoolClientSecret"),
  DescribeResourceServer: onPool("DescribeResourceServer"),
  DescribeUserPool: onPool("DescribeUserPool"),
  DescribeUserPoolClient: onPool("DescribeUserPoolClient"),
  ListUserPoolClientSecrets: onPool("ListUserPoolClientSecrets"),
  ListUserPoolClients: onPool("ListUserPoolClients"),
  UpdateUserPoolClient: onPool("UpdateUserPoolClient"),
});
