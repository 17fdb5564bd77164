/** The way in: gateway, firewall, load balancer, sign-in. */
import { testsIn, type Control } from "./control.ts";

const controls = testsIn("projects/compute/test/controls.test.ts");
const gatewayTests = testsIn("projects/compute/test/gateway.test.ts");

const STAGE = { compute: ["aws:apigateway/stage:Stage", "aws:apigateway/methodSettings:MethodSettings"] };
const GATEWAY = "logs what fails, traces every request, and keeps no copy of an answer";
const FIREWALL = { compute: ["aws:wafv2/webAcl:WebAcl"] };

const gateway: readonly Control[] = [
  {
    id: "APIGateway.1",
    says: "The gateway logs what fails",
    standards: ["FSBP", "NIST"],
    rules: ["COMP-24", "COMP-37"],
    where: { compute: ["aws:apigateway/methodSettings:MethodSettings", "aws:apigateway/account:Account"] },
    held: controls(GATEWAY),
  },
  {
    id: "APIGateway.2",
    says: "The gateway shows a certificate of its own to what is behind it",
    standards: ["FSBP", "NIST"],
    rules: ["COMP-27", "COMP-35", "NET-19"],
    where: STAGE,
    exception: {
      id: "EXC-3",
      covers:
        "a load balancer without a trust store does not look at it; the private link, the groups and TLS say who is who",
    },
  },
  {
    id: "APIGateway.3",
    says: "Requests are traced",
    standards: ["FSBP", "NIST"],
    rules: ["COMP-35"],
    where: STAGE,
    held: controls(GATEWAY),
  },
  {
    id: "APIGateway.4",
    says: "A web firewall stands before the gateway",
    standards: ["FSBP", "NIST"],
    rules: ["COMP-41"],
    where: { compute: ["aws:wafv2/webAcl:WebAcl", "aws:wafv2/webAclAssociation:WebAclAssociation"] },
    policies: ["firewall-in-front"],
    held: controls("stands before the gateway's stage"),
  },
  {
    id: "APIGateway.5",
    says: "What the gateway caches is encrypted",
    standards: ["FSBP", "NIST"],
    rules: ["COMP-35", "COMP-37"],
    where: STAGE,
    note: "It caches nothing: student data is cached only where it can be invalidated.",
    held: controls(GATEWAY),
  },
];

const RULES = "has rules, and counts what each of them meets";
const firewall: readonly Control[] = [
  {
    id: "WAF.10",
    says: "The firewall has rules",
    standards: ["FSBP", "NIST"],
    rules: ["COMP-41"],
    where: FIREWALL,
    held: controls(RULES),
  },
  {
    id: "WAF.11",
    says: "The firewall logs",
    standards: ["NIST"],
    rules: ["COMP-41"],
    where: { compute: ["aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"] },
    note: "What it blocked or counted: what passed is in the gateway's own log, without the path.",
    policies: ["firewall-in-front"],
    held: controls("logs to a group of ours, without what tells who somebody is"),
  },
  {
    id: "WAF.12",
    says: "Every rule of the firewall is counted",
    standards: ["FSBP", "NIST"],
    rules: ["COMP-41"],
    where: FIREWALL,
    held: controls(RULES),
  },
];

const BALANCER = { compute: ["aws:lb/loadBalancer:LoadBalancer"] };
const LISTENER = { compute: ["aws:lb/listener:Listener"] };
const TARGETS = { compute: ["aws:lb/targetGroup:TargetGroup"] };
const HEADERS = "drops headers that are none, and takes no request that two servers could read differently";
const STAYS = "cannot be deleted, and stands in every zone";
const HTTPS = "listens for HTTPS alone, and speaks it to tasks and in health checks";

const balancer = (
  number: number,
  says: string,
  {
    test,
    standards = ["FSBP", "NIST"],
    ...rest
  }: Partial<Control> & Pick<Control, "rules" | "where"> & { test: string },
): Control => ({ id: `ELB.${number}`, says, standards, ...rest, held: controls(test) });

const loadBalancer: readonly Control[] = [
  balancer(1, "Plain HTTP is sent on to HTTPS", {
    rules: ["COMP-27"],
    where: LISTENER,
    policies: ["no-public-doors"],
    note: "Nothing listens for plain HTTP.",
    test: HTTPS,
  }),
  balancer(4, "Headers that are none are dropped", { rules: ["COMP-26"], where: BALANCER, test: HEADERS }),
  balancer(5, "Every request is logged", {
    rules: ["SEC-3", "COMP-26"],
    where: BALANCER,
    test: "logs every request to the store of access logs",
  }),
  balancer(6, "The load balancer cannot be deleted", {
    rules: ["COMP-26", "OPS-20"],
    where: BALANCER,
    test: STAYS,
  }),
  balancer(12, "No request passes that two servers could read differently", {
    rules: ["COMP-26"],
    where: BALANCER,
    test: HEADERS,
  }),
  balancer(13, "The load balancer stands in more than one zone", {
    rules: ["COMP-26"],
    where: BALANCER,
    test: STAYS,
  }),
  {
    id: "ELB.16",
    says: "A web firewall stands before the load balancer",
    standards: ["NIST"],
    rules: ["COMP-26", "COMP-41"],
    where: BALANCER,
    open: "The firewall stands before the gateway (APIGateway.4), which alone reaches the load balancer (NET-19); a second one would look at every request twice. No rule asks for it and no exception is written.",
  },
  balancer(17, "TLS is negotiated by a policy that AWS recommends", {
    rules: ["COMP-27"],
    where: LISTENER,
    policies: ["encryption-in-transit"],
    test: HTTPS,
  }),
  balancer(18, "Listeners speak HTTPS", {
    standards: ["FSBP"],
    rules: ["COMP-27"],
    where: LISTENER,
    policies: ["encryption-in-transit", "no-public-doors"],
    test: HTTPS,
  }),
  balancer(21, "Health checks speak HTTPS", {
    standards: ["FSBP"],
    rules: ["COMP-14", "COMP-28"],
    where: TARGETS,
    test: HTTPS,
  }),
  balancer(22, "Tasks are spoken to in HTTPS", {
    standards: ["FSBP"],
    rules: ["COMP-14", "COMP-28"],
    where: TARGETS,
    policies: ["encryption-in-transit"],
    test: HTTPS,
  }),
  {
    id: "ACM.1",
    says: "Certificates are renewed in time",
    standards: ["FSBP", "NIST"],
    rules: ["COMP-19"],
    where: { compute: ["aws:acm/certificate:Certificate", "aws:route53/record:Record"] },
    held: controls("has a certificate that its authority renews for as long as the proof in DNS stays"),
  },
];

const POOL = { compute: ["aws:cognito/userPool:UserPool"] };
const GUARDED = "acts against what looks like an attack, asks for a second factor, and cannot be deleted";
const signIn: readonly Control[] = [
  {
    id: "Cognito.1",
    says: "Sign-in acts against what looks like an attack",
    standards: ["FSBP"],
    rules: ["COMP-45"],
    where: POOL,
    held: controls(GUARDED),
  },
  {
    id: "Cognito.2",
    says: "Nobody gets AWS credentials without signing in",
    standards: ["FSBP"],
    rules: ["COMP-45"],
    never: ["aws:cognito/identityPool:IdentityPool"],
    note: "No identity pool exists: tokens open our API and nothing of AWS.",
    held: gatewayTests(
      "gives each campus system a client for client credentials, with the scopes it was registered for",
    ),
  },
  {
    id: "Cognito.3",
    says: "Passwords are long and mixed",
    standards: ["FSBP"],
    rules: ["COMP-45"],
    where: POOL,
    held: controls("takes long passwords of four kinds of characters only"),
  },
  {
    id: "Cognito.4",
    says: "Sign-in by a flow of our own acts against attacks as well",
    standards: ["FSBP"],
    rules: ["COMP-45"],
    where: POOL,
    note: "No client allows a flow of its own; should one get it, it is guarded already.",
    held: controls("acts against attacks on a sign-in of our own making as well"),
  },
  {
    id: "Cognito.5",
    says: "Sign-in asks for a second factor",
    standards: ["FSBP"],
    rules: ["COMP-45"],
    where: POOL,
    held: controls(GUARDED),
  },
  {
    id: "Cognito.6",
    says: "The user pool cannot be deleted",
    standards: ["FSBP"],
    rules: ["COMP-45"],
    where: POOL,
    held: controls(GUARDED),
  },
];

export const computeGateway: readonly Control[] = [...gateway, ...firewall, ...loadBalancer, ...signIn];
