/**
 * What AWS's own managed policies allow, for those that are attached somewhere here: accounts and states hold only
 * their names, and AWS may add to them. From the AWS Managed Policy Reference Guide
 * (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/), read in 2026.
 */
import { MANAGED_BACKUP_POLICIES } from "./managed-backup-policies.ts";
import { MANAGED_RESTORE_POLICIES } from "./managed-restore-policies.ts";
import type { PolicyDocument } from "./policy-document.ts";

const SERVICE_ROLE = "arn:aws:iam::aws:policy/service-role";

export const MANAGED_POLICIES: Readonly<Record<string, PolicyDocument>> = {
  ...MANAGED_BACKUP_POLICIES,
  ...MANAGED_RESTORE_POLICIES,
  [`${SERVICE_ROLE}/AWSLambdaVPCAccessExecutionRole`]: {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AWSLambdaVPCAccessExecutionPermissions",
        Effect: "Allow",
        Action: [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:PutLogEvents",
          "ec2:CreateNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:DeleteNetworkInterface",
          "ec2:AssignPrivateIpAddresses",
          "ec2:UnassignPrivateIpAddresses",
        ],
        Resource: "*",
      },
    ],
  },
  [`${SERVICE_ROLE}/AmazonAPIGatewayPushToCloudWatchLogs`]: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:DescribeLogGroups",
          "logs:DescribeLogStreams",
          "logs:PutLogEvents",
          "logs:GetLogEvents",
          "logs:FilterLogEvents",
        ],
        Resource: "*",
      },
    ],
  },
  [`${SERVICE_ROLE}/AmazonRDSEnhancedMonitoringRole`]: {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "EnableCreationAndManagementOfRDSCloudwatchLogGroups",
        Effect: "Allow",
        Action: ["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
        Resource: ["arn:aws:logs:*:*:log-group:RDS*"],
      },
      {
        Sid: "EnableCreationAndManagementOfRDSCloudwatchLogStreams",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams", "logs:GetLogEvents"],
        Resource: ["arn:aws:logs:*:*:log-group:RDS*:log-stream:*"],
      },
    ],
  },
};
