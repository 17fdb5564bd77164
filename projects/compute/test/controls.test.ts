/** What published controls ask of the compute layer, in production's sizes (docs/controls.md says which control is which). */
import { exampleContracts } from "@records/contracts/examples";
import { recordStack, type Recording } from "@records/testing";

const CONTRACTS = exampleContracts({ accountId: "333333333333", region: "us-east-1", suffix: "prod", zones: 3 });
const { security, network } = CONTRACTS;
let prod: Recording;
beforeAll(async () => {
  prod = await recordStack("projects/compute", CONTRACTS, { stack: "prod" });
}, 60_000);

describe("images in production", () => {
  it("are scanned when they arrive, keep their tags, and leave by a lifecycle", () => {
    const repositories = prod.ofType("aws:ecr/repository:Repository");
    expect(repositories.map(({ name }) => name)).toEqual(["api"]);
    expect(repositories[0]?.inputs).toMatchObject({
      imageScanningConfiguration: { scanOnPush: true },
      imageTagMutability: "IMMUTABLE",
    });
    const { rules } = JSON.parse(String(prod.get("aws:ecr/lifecyclePolicy:LifecyclePolicy", "api").inputs.policy)) as {
      rules: { action: { type: string } }[];
    };
    expect(rules.map(({ action }) => action.type)).toEqual(["expire", "expire"]);
  });

  it("are encrypted under the key of compute", () => {
    expect(prod.get("aws:ecr/repository:Repository", "api").inputs.encryptionConfigurations).toEqual([
      { encryptionType: "KMS", kmsKey: security.kmsKeyArns.compute },
    ]);
  });
});

interface Container {
  readonly name: string;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly logConfiguration?: { readonly logDriver: string; readonly options: Readonly<Record<string, string>> };
}

describe("tasks in production", () => {
  const tasks = () => prod.ofType("aws:ecs/taskDefinition:TaskDefinition").map(({ inputs }) => inputs);
  const containers = () =>
    tasks().flatMap(({ containerDefinitions }) => JSON.parse(String(containerDefinitions)) as Container[]);

  it("share no network and no processes with a host", () => {
    expect(tasks().map(({ networkMode }) => networkMode as unknown)).toEqual(["awsvpc", "awsvpc"]);
    for (const inputs of tasks()) for (const mode of ["pidMode", "ipcMode"]) expect(inputs).not.toHaveProperty(mode);
  });

  it("run as a user who is not root, without privileges, on a root they cannot write", () => {
    expect(
      containers()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(["api", "relay"]);
    for (const container of containers()) {
      expect(container).toMatchObject({ user: "10001:10001", privileged: false, readonlyRootFilesystem: true });
    }
  });

  it("are told where secrets are, and none of them", () => {
    const variables = containers().flatMap(({ environment }) => environment);
    expect(variables.length).toBeGreaterThan(20);
    const forbidden = /ACCESS_KEY|PASSWORD|ECS_ENGINE_AUTH_DATA/;
    expect(variables.filter(({ name }) => forbidden.test(name))).toEqual([]);
    const secrets = variables.filter(({ name }) => name.includes("SECRET"));
    expect(secrets.filter(({ value }) => !value.startsWith("arn:aws:secretsmanager:"))).toEqual([]);
  });

  it("log to groups of ours", () => {
    const groups = prod.ofType("aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => inputs.name as string);
    for (const { logConfiguration } of containers()) {
      expect(logConfiguration?.logDriver).toBe("awslogs");
      expect(groups).toContain(logConfiguration?.options["awslogs-group"]);
    }
  });

  it("mount files over TLS alone", () => {
    const volumes = tasks().flatMap((inputs) => inputs.volumes as { efsVolumeConfiguration?: object }[]);
    const mounted = volumes.flatMap(({ efsVolumeConfiguration }) => efsVolumeConfiguration ?? []);
    expect(mounted).toHaveLength(2);
    for (const each of mounted) expect(each).toMatchObject({ transitEncryption: "ENABLED" });
  });

  it("have no public address, run on the newest platform, and are counted in detail", () => {
    const services = prod.ofType("aws:ecs/service:Service").map(({ inputs }) => inputs);
    expect(services).toHaveLength(2);
    for (const { networkConfiguration, platformVersion } of services) {
      expect(networkConfiguration).toMatchObject({ assignPublicIp: false, subnets: network.privateSubnetIds });
      expect(platformVersion).toBe("LATEST");
    }
    expect(prod.get("aws:ecs/cluster:Cluster", "platform").inputs.settings).toEqual([
      { name: "containerInsights", value: "enhanced" },
    ]);
  });
});

describe("functions of the compute layer in production", () => {
  it("run on a runtime that AWS keeps up, in every zone, inside the network", () => {
    const functions = prod.ofType("aws:lambda/function:Function");
    expect(functions.length).toBeGreaterThanOrEqual(2);
    for (const { inputs } of functions) {
      expect(inputs.runtime).toBe("nodejs24.x");
      expect(inputs.vpcConfig.subnetIds).toEqual(network.privateSubnetIds);
    }
  });
});

describe("the load balancer in production", () => {
  const balancer = () => prod.get("aws:lb/loadBalancer:LoadBalancer", "api").inputs;

  it("drops headers that are none, and takes no request that two servers could read differently", () => {
    expect(balancer()).toMatchObject({ dropInvalidHeaderFields: true, desyncMitigationMode: "strictest" });
  });

  it("logs every request to the store of access logs", () => {
    for (const log of ["accessLogs", "connectionLogs", "healthCheckLogs"]) {
      expect(balancer()[log]).toMatchObject({ enabled: true, bucket: security.accessLogBucket.name });
    }
  });

  it("cannot be deleted, and stands in every zone", () => {
    expect(balancer().enableDeletionProtection).toBe(true);
    expect(balancer().subnets).toEqual(network.privateSubnetIds);
  });

  it("leaves a zone that fails, and a target that answers unlike the others", () => {
    expect(balancer()).toMatchObject({ enableZonalShift: true, enableCrossZoneLoadBalancing: true });
    expect(prod.get("aws:lb/targetGroup:TargetGroup", "api").inputs).toMatchObject({
      loadBalancingAlgorithmType: "weighted_random",
      loadBalancingAnomalyMitigation: "on",
    });
  });

  it("listens for HTTPS alone, and speaks it to tasks and in health checks", () => {
    const listeners = prod.ofType("aws:lb/listener:Listener").map(({ inputs }) => [inputs.port, inputs.protocol]);
    expect(listeners).toEqual([[443, "HTTPS"]]);
    const targets = prod.ofType("aws:lb/targetGroup:TargetGroup").map(({ inputs }) => inputs);
    expect(targets).toHaveLength(1);
    expect(targets[0]).toMatchObject({ protocol: "HTTPS", healthCheck: { protocol: "HTTPS" } });
  });

  it("has a certificate that its authority renews for as long as the proof in DNS stays", () => {
    const certificates = prod.ofType("aws:acm/certificate:Certificate");
    expect(certificates.map(({ inputs }) => inputs.validationMethod)).toEqual(["DNS", "DNS"]);
    expect(prod.ofType("aws:acm/certificateValidation:CertificateValidation")).toHaveLength(2);
    const proofs = prod.ofType("aws:route53/record:Record").filter(({ inputs }) => inputs.type === "CNAME");
    expect(proofs).toHaveLength(2);
  });
});

describe("the gateway in production", () => {
  it("logs what fails, traces every request, and keeps no copy of an answer", () => {
    expect(prod.get("aws:apigateway/methodSettings:MethodSettings", "all").inputs.methodPath).toBe("*/*");
    for (const { inputs } of prod.ofType("aws:apigateway/methodSettings:MethodSettings")) {
      expect(inputs.settings).toMatchObject({ loggingLevel: "ERROR", dataTraceEnabled: false, cachingEnabled: false });
    }
    expect(prod.get("aws:apigateway/stage:Stage", "records").inputs).toMatchObject({
      xrayTracingEnabled: true,
      cacheClusterEnabled: false,
    });
    expect(prod.ofType("aws:apigateway/account:Account")).toHaveLength(1);
  });
});

describe("the firewall in production", () => {
  const acl = () => prod.get("aws:wafv2/webAcl:WebAcl", "api").inputs;

  it("stands before the gateway's stage", () => {
    const associations = prod.ofType("aws:wafv2/webAclAssociation:WebAclAssociation");
    expect(associations.map(({ inputs }) => inputs.resourceArn as string)).toEqual([
      expect.stringMatching(/^arn:aws:apigateway:us-east-1::\/restapis\/[a-z0-9]{10}\/stages\/v1$/),
    ]);
  });

  it("has rules, and counts what each of them meets", () => {
    const rules = acl().rules as { visibilityConfig: { cloudwatchMetricsEnabled: boolean; metricName: string } }[];
    expect(rules).toHaveLength(8);
    expect(rules.filter(({ visibilityConfig }) => !visibilityConfig.cloudwatchMetricsEnabled)).toEqual([]);
    expect(new Set(rules.map(({ visibilityConfig }) => visibilityConfig.metricName)).size).toBe(8);
    expect(acl().visibilityConfig).toMatchObject({ cloudwatchMetricsEnabled: true });
  });

  it("logs to a group of ours, without what tells who somebody is", () => {
    const { resourceArn, logDestinationConfigs, redactedFields } = prod.get(
      "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
      "api",
    ).inputs;
    expect(resourceArn).toMatch(/webacl/);
    expect(logDestinationConfigs).toEqual([expect.stringMatching(/:log-group:aws-waf-logs-srs-prod-api$/)]);
    expect(redactedFields).toEqual([
      { singleHeader: { name: "authorization" } },
      { singleHeader: { name: "cookie" } },
      { singleHeader: { name: "x-api-key" } },
      { queryString: {} },
    ]);
  });
});

describe("sign-in in production", () => {
  const pool = () => prod.get("aws:cognito/userPool:UserPool", "people-and-systems").inputs;

  it("acts against what looks like an attack, asks for a second factor, and cannot be deleted", () => {
    expect(pool()).toMatchObject({
      userPoolAddOns: { advancedSecurityMode: "ENFORCED" },
      mfaConfiguration: "ON",
      deletionProtection: "ACTIVE",
    });
  });

  it("acts against attacks on a sign-in of our own making as well", () => {
    expect(pool().userPoolAddOns.advancedSecurityAdditionalFlows).toEqual({ customAuthMode: "ENFORCED" });
  });

  it("takes long passwords of four kinds of characters only", () => {
    expect(pool().passwordPolicy).toMatchObject({
      minimumLength: 14,
      requireLowercase: true,
      requireUppercase: true,
      requireNumbers: true,
      requireSymbols: true,
      temporaryPasswordValidityDays: 1,
    });
  });
});
