import { referred } from "../links.ts";
import type { Fault, Finding, StackResource, StackRule, StackView } from "../rule.ts";

const STAGE = "aws:apigateway/stage:Stage";
const WEB_ACL = "aws:wafv2/webAcl:WebAcl";
const ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";
const LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration";
/** What a log line must not repeat: credentials, and a query that may hold a name. */
const REDACTED_HEADERS = ["authorization", "cookie", "x-api-key"];

export const firewallInFront: StackRule = {
  id: "POL-27",
  name: "firewall-in-front",
  pins: "COMP-25, COMP-41",
  holds: "Every stage of the gateway stands behind a web ACL, whose log repeats no credential and no query.",
  remedy:
    "Associate the web ACL with the stage, and give it a logging configuration that redacts authorization, cookie, " +
    "x-api-key and the query string.",
  level: "mandatory",
  scope: "stack",
  check: (view) => {
    const ofType = (type: string) => view.resources.filter((resource) => resource.type === type);
    return [
      ...ofType(STAGE).map((stage) => () => behindAcl(view, stage, ofType(ASSOCIATION))),
      ...ofType(WEB_ACL).map((acl) => () => logged(view, acl, ofType(LOGGING))),
      ...ofType(LOGGING).map((logging) => () => redacted(logging)),
    ];
  },
};

function behindAcl(view: StackView, stage: StackResource, associations: readonly StackResource[]): Finding {
  const guarded = associations.some((each) => referred(view, each, "resourceArn", STAGE)?.urn === stage.urn);
  return !guarded && ({ about: stage, says: "No web ACL is associated with the stage." } satisfies Fault);
}

function logged(view: StackView, acl: StackResource, configurations: readonly StackResource[]): Finding {
  const found = configurations.some((each) => referred(view, each, "resourceArn", WEB_ACL)?.urn === acl.urn);
  return !found && ({ about: acl, says: "The web ACL has no logging configuration." } satisfies Fault);
}

function redacted(logging: StackResource): Finding {
  const fields = [logging.props.redactedFields ?? []].flat() as readonly {
    readonly singleHeader?: { readonly name?: string };
    readonly queryString?: object;
  }[];
  const headers = new Set(fields.map(({ singleHeader }) => singleHeader?.name));
  const about = (what: string): Fault => ({ about: logging, says: `redactedFields lacks ${what}.` });
  return [
    ...REDACTED_HEADERS.filter((header) => !headers.has(header)).map(about),
    !fields.some(({ queryString }) => queryString !== undefined) && about("the query string"),
  ];
}
