import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud, Service } from "../../cloud.ts";
import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { policyFailures } from "../iam/policy-checks.ts";
import { policyAsText } from "../iam/policy-document.ts";

const TOPIC = "aws:sns/topic:Topic";

/** Topics are recorded and checked; nothing is published to anyone yet. */
export function snsService(_cloud: Cloud): Service {
  return { name: "sns", resources: [topic, topicPolicy] };
}

const topic = recordedType({
  token: TOPIC,
  id: (inputs) => arn("sns", inputs.name),
  arn: (_, id) => id,
  replaceOnChanges: ["name", "namePrefix", "fifoTopic"],
  computed: { owner: () => ACCOUNT_ID, beginningArchiveTime: () => "" },
  autoName: "name",
  uniqueBy: ["name"],
  derivedInputs: policyAsText("policy"),
  check: (inputs) =>
    failures((refuse) => {
      const { name, fifoTopic } = inputs;
      if (known(name) && !/^[A-Za-z0-9_-]{1,256}(\.fifo)?$/.test(name))
        refuse("name", `InvalidParameter: topic name "${name}" must have 1 to 256 letters, digits, - or _`);
      if (known(name) && (fifoTopic === true) !== name.endsWith(".fifo"))
        refuse("name", "InvalidParameter: the names of FIFO topics, and no others, end in .fifo");
    }).concat(policyFailures("policy", inputs.policy, { kind: "resource" })),
});

const topicPolicy = recordedType({
  token: "aws:sns/topicPolicy:TopicPolicy",
  id: (inputs) => inputs.arn,
  replaceOnChanges: ["arn"],
  computed: { owner: () => ACCOUNT_ID },
  uniqueBy: ["arn"],
  derivedInputs: policyAsText("policy"),
  check: (inputs) => policyFailures("policy", inputs.policy, { kind: "resource" }),
  conflict: (inputs, cloud) =>
    cloud.account.byId(TOPIC, inputs.arn) === undefined ? `NotFound: Topic ${inputs.arn} does not exist.` : undefined,
});
