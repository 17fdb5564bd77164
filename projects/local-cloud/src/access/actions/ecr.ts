/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html */
import { arn } from "../../identifiers.ts";
import { operations, type Input, type Use } from "../request.ts";

const onRepository =
  (operation: string) =>
  (input: Input): readonly Use[] => [
    { action: `ecr:${operation}`, resource: arn("ecr", `repository/${String(input.repositoryName ?? "")}`) },
  ];

const signIn = (): readonly Use[] => [{ action: "ecr:GetAuthorizationToken", resource: "*" }];

/** What ECS does in the execution role's name before a container starts. */
export function pullingImage(repositoryName: string): readonly Use[] {
  const steps = ["BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"];
  return [...signIn(), ...steps.flatMap((operation) => onRepository(operation)({ repositoryName }))];
}

export const ecr = operations({
  BatchCheckLayerAvailability: onRepository("BatchCheckLayerAvailability"),
  BatchGetImage: onRepository("BatchGetImage"),
  DescribeImages: onRepository("DescribeImages"),
  GetAuthorizationToken: signIn,
  GetDownloadUrlForLayer: onRepository("GetDownloadUrlForLayer"),
});
