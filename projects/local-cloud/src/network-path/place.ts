/** Where something stands in a VPC: its network interfaces lie in these subnets and carry these security groups. */
export interface NetworkPlace {
  /** For messages: `ecs-api`, `proxy records`. */
  readonly name: string;
  readonly subnetIds: readonly string[];
  /** None: the default group of the VPC, as for every interface that names none. */
  readonly securityGroupIds: readonly string[];
  /** Its interfaces have addresses of the internet. */
  readonly publicAddress?: boolean;
}

/** Whom a connection goes to. Ports are those the program declared, not the ones this machine allocated. */
export type Destination =
  | { readonly kind: "place"; readonly place: NetworkPlace; readonly port: number }
  /** An API of AWS, by the name that signatures carry: the way there is the network's to choose. */
  | { readonly kind: "aws-service"; readonly service: string }
  | { readonly kind: "internet"; readonly name: string; readonly port: number };

/** An endpoint that a call to an AWS service passes; its policy and its id are the caller's circumstances. */
export interface PassedEndpoint {
  readonly id: string;
  readonly type: "Gateway" | "Interface";
  readonly vpcId: string;
  /** Undefined: the policy that AWS gives, which admits everything. */
  readonly policy: string | undefined;
}

export type Verdict =
  | {
      readonly allowed: true;
      /** The rules that let it pass: `srs-local-relay -> srs-local-db-proxy tcp 5432`. */
      readonly edge: string;
      readonly endpoint?: PassedEndpoint;
    }
  | { readonly allowed: false; readonly reason: string };
