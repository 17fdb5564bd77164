export const CLUSTER = "aws:rds/cluster:Cluster";
export const CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
export const PROXY = "aws:rds/proxy:Proxy";
export const PROXY_TARGET_GROUP = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup";
export const PROXY_TARGET = "aws:rds/proxyTarget:ProxyTarget";
export const PROXY_ENDPOINT = "aws:rds/proxyEndpoint:ProxyEndpoint";
