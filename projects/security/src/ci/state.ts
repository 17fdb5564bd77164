/** The shared state: one bucket per account, one prefix per project in the form that Pulumi's S3 backend gives it. */
import { LAYERS, project, type Layer, type Statement } from "@records/conventions";
import { allow, of, type CiScope } from "./scope.ts";

const upTo = (layer: Layer): Layer[] => LAYERS.slice(0, LAYERS.indexOf(layer) + 1);

/** A layer reads its own state and that of the layers before it, whose contracts it is built on. */
export function stateReads(scope: CiScope, layer: Layer): Statement[] {
  const { stateBucketArn, stateKeyArn } = scope;
  const at = (path: string) => `${stateBucketArn}/.pulumi/${path}`;
  return [
    // Without it S3 answers "forbidden" for a stack that does not exist yet, and Pulumi takes that for a failure.
    allow("FindState", of("s3", "ListBucket"), [stateBucketArn]),
    allow("ReadState", of("s3", "GetObject"), [
      at("meta.yaml"),
      ...upTo(layer).map((each) => at(`stacks/${project[each]}/*`)),
      at(`history/${project[layer]}/*`),
      at(`locks/organization/${project[layer]}/*`),
    ]),
    // S3 encrypts locks and states under the key, and the stack's own secrets are sealed with it.
    allow("OpenState", of("kms", "Decrypt GenerateDataKey"), [stateKeyArn]),
  ];
}

export function stateLocks({ stateBucketArn }: CiScope, layer: Layer): Statement[] {
  return [
    allow("LockState", of("s3", "PutObject DeleteObject"), [
      `${stateBucketArn}/.pulumi/locks/organization/${project[layer]}/*`,
    ]),
  ];
}

export function stateWrites(scope: CiScope, layer: Layer): Statement[] {
  const at = (path: string) => `${scope.stateBucketArn}/.pulumi/${path}/${project[layer]}/*`;
  const places = [at("stacks"), at("history"), at("backups"), at("locks/organization")];
  return [
    // Every write first copies what was there, so what is written is read too.
    allow("KeepState", of("s3", "GetObject PutObject DeleteObject"), places),
    // The data key of a new stack's secrets.
    allow("SealNewState", of("kms", "Encrypt"), [scope.stateKeyArn]),
  ];
}
