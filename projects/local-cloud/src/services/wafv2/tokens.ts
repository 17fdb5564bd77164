/** Pulumi tokens of the types whose records the firewall reads. */
export const WEB_ACL = "aws:wafv2/webAcl:WebAcl";
export const IP_SET = "aws:wafv2/ipSet:IpSet";
export const ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";
export const LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration";
