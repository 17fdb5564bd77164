/** Images, tasks and functions. */
import { testsIn, type Control } from "./control.ts";

const computeTests = testsIn("projects/compute/test/controls.test.ts");
const dataTests = testsIn("projects/data/test/controls.test.ts");

const REPOSITORY = { compute: ["aws:ecr/repository:Repository"] };
const ARRIVES = "are scanned when they arrive, keep their tags, and leave by a lifecycle";
const images: readonly Control[] = [
  {
    id: "ECR.1",
    says: "Images are scanned",
    standards: ["FSBP", "NIST"],
    rules: ["COMP-8", "SEC-10"],
    where: {
      compute: ["aws:ecr/repository:Repository", "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"],
    },
    held: computeTests(ARRIVES),
  },
  {
    id: "ECR.2",
    says: "A tag means one image for ever",
    standards: ["FSBP", "NIST"],
    rules: ["COMP-8"],
    where: REPOSITORY,
    held: computeTests(ARRIVES),
  },
  {
    id: "ECR.3",
    says: "Old images go",
    standards: ["FSBP", "NIST"],
    rules: ["COMP-8"],
    where: { compute: ["aws:ecr/lifecyclePolicy:LifecyclePolicy"] },
    held: computeTests(ARRIVES),
  },
  {
    id: "ECR.5",
    says: "Images are encrypted under a key of ours",
    standards: ["NIST"],
    rules: ["COMP-8", "SEC-26"],
    where: REPOSITORY,
    policies: ["customer-managed-keys", "own-key"],
    held: computeTests("are encrypted under the key of compute"),
  },
];

const TASK = { compute: ["aws:ecs/taskDefinition:TaskDefinition"] };
const SERVICE = { compute: ["aws:ecs/service:Service"] };
const NOBODY = "run as a user who is not root, without privileges, on a root they cannot write";
const ALONE = "share no network and no processes with a host";
const NO_ADDRESS = "have no public address, run on the newest platform, and are counted in detail";

const task = (
  number: number,
  says: string,
  { test, standards = ["FSBP", "NIST"], ...rest }: Partial<Control> & Pick<Control, "rules"> & { test: string },
): Control => ({ id: `ECS.${number}`, says, standards, where: TASK, ...rest, held: computeTests(test) });

const tasks: readonly Control[] = [
  {
    id: "ECS.1",
    says: "A task in the host's network has a user and no privileges",
    standards: [],
    rules: ["COMP-11"],
    where: TASK,
    policies: ["task-hardening"],
    note: "AWS has withdrawn the control; ECS.4, ECS.17 and ECS.20 ask for its parts.",
    held: computeTests(ALONE, NOBODY),
  },
  task(2, "No task gets a public address", {
    rules: ["COMP-15"],
    where: SERVICE,
    policies: ["no-public-addresses"],
    test: NO_ADDRESS,
  }),
  task(3, "No task sees the host's processes", { rules: ["COMP-11"], policies: ["task-hardening"], test: ALONE }),
  task(4, "No container has the host's privileges", { rules: ["COMP-11"], policies: ["task-hardening"], test: NOBODY }),
  {
    ...task(5, "No container writes to its root", {
      rules: ["COMP-11", "COMP-13"],
      policies: ["task-hardening"],
      test: NOBODY,
    }),
    exception: { id: "EXC-2", covers: "`/tmp`, a volume of its own that goes with the task" },
  },
  task(8, "No secret is in a container's environment", {
    rules: ["COMP-12"],
    policies: ["no-credential-variables"],
    test: "are told where secrets are, and none of them",
  }),
  task(9, "Containers log", { rules: ["COMP-11", "COMP-62"], test: "log to groups of ours" }),
  task(10, "Tasks run on Fargate's newest platform", { rules: ["COMP-15"], where: SERVICE, test: NO_ADDRESS }),
  task(12, "The cluster counts what its containers do", {
    rules: ["COMP-10"],
    where: { compute: ["aws:ecs/cluster:Cluster"] },
    test: NO_ADDRESS,
  }),
  task(16, "No task set gives public addresses", {
    standards: ["FSBP"],
    rules: ["COMP-15"],
    where: SERVICE,
    never: ["aws:ecs/taskSet:TaskSet"],
    note: "ECS makes the sets of our services, with the services' own setting.",
    test: NO_ADDRESS,
  }),
  task(17, "No task lives in the host's network", { standards: ["NIST"], rules: ["COMP-11"], test: ALONE }),
  task(18, "Files are mounted over TLS", {
    standards: ["FSBP"],
    rules: ["COMP-13"],
    test: "mount files over TLS alone",
  }),
  task(20, "Containers have a user who is not root", {
    standards: ["FSBP"],
    rules: ["COMP-11"],
    policies: ["task-hardening"],
    test: NOBODY,
  }),
];

const RUNS = "run on a runtime that AWS keeps up, in every zone, inside the network";
const FUNCTION = { data: ["aws:lambda/function:Function"], compute: ["aws:lambda/function:Function"] };
const runs = (number: number, says: string, standards: Control["standards"]): Control => ({
  id: `Lambda.${number}`,
  says,
  standards,
  rules: ["DATA-47", "COMP-49"],
  where: FUNCTION,
  held: [...dataTests(RUNS), ...computeTests(RUNS)],
});
const functions: readonly Control[] = [
  {
    id: "Lambda.1",
    says: "No function can be called by the public",
    standards: ["FSBP", "NIST"],
    rules: ["DATA-46", "COMP-49"],
    where: {
      data: ["aws:lambda/function:Function", "aws:lambda/permission:Permission"],
      compute: ["aws:lambda/function:Function", "aws:lambda/permission:Permission"],
    },
    never: ["aws:lambda/functionUrl:FunctionUrl"],
    held: testsIn("projects/policy/test/identity-controls.test.ts")(
      "open no function to the public: each policy names one AWS service that acts for this account, and none has an address",
    ),
  },
  runs(2, "Functions run on a runtime that AWS keeps up", ["FSBP", "NIST"]),
  runs(3, "Functions live inside the network", ["NIST"]),
  runs(5, "Functions live in more than one zone", ["FSBP", "NIST"]),
];

export const computeService: readonly Control[] = [...images, ...tasks, ...functions];
