namespace Hyperplane.Lbctl.Tests.Stub;

/// <summary>Resources as the API writes them.</summary>
internal static class Sample
{
    public const string Applied = """
        {"type":"SnapshotApplied","status":true,"zone":"a","node":"node-a1",
        "reason":"Running","message":"runs version 7"}
        """;

    public static string LoadBalancer(
        string provisioning = "active",
        string name = "web",
        string id = "lb-1",
        long generation = 1,
        string operating = "healthy",
        string conditions = Applied) => $$"""
        {"id":"{{id}}","name":"{{name}}","scheme":"internet-facing",
        "zones":[{"zone":"a","address":"198.18.0.1","elasticIp":"eip-1","ipv6ElasticIp":null,"cell":"a1","shard":3},
        {"zone":"b","address":"198.18.16.1","cell":"b1","shard":9}],"tags":{"team":"shop"},"generation":{{generation}},
        "createdAt":"2026-03-01T10:20:30.123Z","status":{"provisioning":"{{provisioning}}","operating":"{{operating}}",
        "observedGeneration":{{(provisioning == "active" ? generation : 0)}},
        "converged":{{(provisioning == "active" ? "true" : "false")}},"conditions":[{{conditions}}]} }
        """;

    public static string Listener(string provisioning = "active", string id = "listener-1", int port = 80) => $$"""
        {"id":"{{id}}","loadBalancerId":"lb-1","protocol":"TCP","port":{{port}},"targetGroupId":"tg-1",
        "idleTimeoutSeconds":350,"allowedCidrs":["10.0.0.0/8","2001:db8::/32"],"deniedCidrs":[],
        "generation":1,"createdAt":"2026-03-01T10:20:30Z",
        "status":{"provisioning":"{{provisioning}}","operating":"no_targets",
        "observedGeneration":{{(provisioning == "active" ? 1 : 0)}},"converged":true,"conditions":[]} }
        """;

    public const string TargetGroup = """
        {"id":"tg-1","name":"servers","protocol":"TCP","port":8080,"healthCheck":{"protocol":"HTTP","port":null,
        "path":"/healthz","intervalSeconds":30,"timeoutSeconds":6,"healthyThreshold":5,"unhealthyThreshold":2,
        "matcher":"200-399"},"deregistrationDelaySeconds":300,"tags":{},"generation":1,
        "createdAt":"2026-03-01T10:20:30Z","status":{"provisioning":"active","operating":"degraded",
        "observedGeneration":1,"converged":true,"conditions":[]} }
        """;

    public static string Target(string state, string address = "10.0.0.1", int port = 8080, string? reason = null) =>
        $$"""
        {"id":"target-{{address}}","targetGroupId":"tg-1","address":"{{address}}","port":{{port}},"weight":1,
        "zone":{{(port == 80 ? "\"b\"" : "null")}},
        "state":"{{state}}","reason":{{(reason is null ? "null" : $"\"{reason}\"")}},"detail":null,
        "createdAt":"2026-03-01T10:20:30Z"}
        """;

    public const string ElasticIp = """
        {"id":"eip-1","name":"front","zone":"a","address":"203.0.113.9","ipAddressType":"ipv4","associatedWith":"lb-1",
        "tags":{"team":"shop"},"generation":1,"createdAt":"2026-03-01T10:20:30Z"}
        """;

    public const string AddressPool = """
        {"name":"public-a","zone":"a","prefix":"203.0.113.0/24","kind":"elastic","used":3}
        """;

    public const string CheckedTarget =
        """
        {"id":"target-10.0.0.1","targetGroupId":"tg-1","address":"10.0.0.1","port":8080,"weight":1,"zone":null,
        "state":"unhealthy","reason":"Target.Timeout","detail":null,"createdAt":"2026-03-01T10:20:30Z","checks":[
        {"node":"node-a1","zone":"a","state":"unhealthy","reason":"Target.Timeout","sent":"TCP connect",
        "received":"no answer","checkedAt":"2026-03-01T10:20:30Z"},
        {"node":"node-a2","zone":"a","state":"healthy","reason":null,"sent":null,"received":null,"checkedAt":null}]}
        """;

    public const string Tenant = """
        {"id":"tenant-1","name":"shop","createdAt":"2026-03-01T10:20:30Z","limits":{"newFlowsPerSecond":0,
         "newFlowsPerSecondPerAddress":200000,"newFlowsPerSecondPerSource":50}}
        """;

    public const string Key = """
        {"id":"key-1","tenantId":"tenant-1","name":"ci","role":"admin","createdAt":"2026-03-01T10:20:30Z"}
        """;

    public const string NewKey = """
        {"id":"key-1","tenantId":"tenant-1","name":"ci","role":"admin","createdAt":"2026-03-01T10:20:30Z",
         "secret":"hpk_new"}
        """;

    public const string EnrolmentToken = """
        {"cell":"a1","node":"node-a1","token":"hpe_new","expiresAt":"2026-03-02T10:20:30Z"}
        """;

    public const string Quota = """{"name":"load_balancers","value":60,"default":50,"used":3}""";

    public const string Event = """
        {"id":7,"at":"2026-03-01T10:20:30Z","tenantId":null,"action":"tenant.created","resource":"tenant-1",
         "generation":0,"keyId":"operator","requestId":"req-1"}
        """;

    public const string Stats = $$"""
        {"at":"2026-03-01T10:20:30Z","flows":{{Flows}},"zones":[{"zone":"a","nodes":2,"flows":{{Flows}},
          "drops":[{"reason":"no_target","packets":12},{"reason":"vip_rate","packets":4}]}],
         "listeners":[{"id":"listener-1","protocol":"TCP","port":80,"flows":{{Flows}},
          "drops":[{"reason":"no_target","packets":12},{"reason":"not_allowed","packets":3}]}]}
        """;

    public const string Tree = """
        {"id":"lb-1","name":"web","standing":{"provisioning":"active","operating":"degraded","generation":3},
         "listeners":[
          {"id":"listener-1","protocol":"TCP","port":80,"standing":{"provisioning":"active","operating":"degraded"},
           "targetGroups":[{"targetGroupId":"tg-2","weight":1},{"targetGroupId":"tg-1","weight":9}]},
          {"id":"listener-2","protocol":"TCP","port":81,"standing":{"provisioning":"pending","operating":"no_targets"},
           "targetGroups":[{"targetGroupId":"tg-2","weight":1}]}],
         "targetGroups":[
          {"id":"tg-1","name":"servers","standing":{"provisioning":"active","operating":"degraded"},"targets":[
           {"address":"10.0.0.1","port":8080,"provisioning":"active","state":"healthy","reason":null},
           {"address":"fd00::2","port":8080,"provisioning":"active","state":"unhealthy","reason":"Target.Timeout"}]},
          {"id":"tg-2","name":"spare","standing":{"provisioning":"active","operating":"no_targets"},"targets":[]}]}
        """;

    public const string TargetStats = $$"""
        {"at":"2026-03-01T10:20:30Z","flows":{{Flows}},"zones":[],
         "targets":[{"id":"target-1","address":"10.0.0.7","port":80,"state":"healthy","flows":{{Flows}}},
                    {"id":"target-2","address":"2001:db8::7","port":443,"state":"draining","flows":{{Flows}}}]}
        """;

    private const string Flows =
        """
        {"newFlows":1,"activeFlows":2,"packetsIn":3,"bytesIn":4,"packetsOut":5,"bytesOut":6,
         "clientResets":7,"targetResets":8,"loadBalancerResets":9}
        """;

    public const string Zone = """
        {"name":"a","vipPool":"198.18.0.0/20","snatPool":"100.64.0.0/24","probePool":"100.64.1.0/24",
        "maxCells":4}
        """;

    public const string Cell = """{"name":"a1","zone":"a","tunnelSourcePrefix":"172.30.0.0/24","shardSize":2}""";

    public const string Placement = """
        {"cells":[
          {"name":"a1","zone":"a","draining":false,"shardSize":2,"loadBalancers":3,"tenants":2,
           "nodes":[{"name":"n1","draining":true,"shards":0,"loadBalancers":0},
                    {"name":"n2","draining":false,"shards":1,"loadBalancers":3}],
           "shards":[{"index":0,"block":"198.18.0.0/26","nodes":["n2","n3"],"loadBalancers":3,"tenants":2,
                      "freeAddresses":59}]},
          {"name":"b1","zone":"b","draining":true,"shardSize":4,"loadBalancers":0,"tenants":0,"nodes":[],"shards":[]}],
         "overlap":{"tenants":3,"pairs":[{"sharedNodes":0,"pairs":2},{"sharedNodes":1,"pairs":1}],
                    "worst":[{"tenants":["tenant-1","tenant-2"],"sharedNodes":1,"nodes":2}]}}
        """;

    public const string Rollout = """
        {"cell":"a1","wantedVersion":42,"state":"halted","reason":"Node n1 refused version 42: full",
        "pinnedVersion":null,"restoredAt":null,"keptVips":["198.18.0.9"]}
        """;

    public const string Snapshot = """
        {"version":42,"madeAt":"2026-03-01T10:20:30Z","bytes":1234,"additive":false,
        "changes":[{"part":"vip","added":1,"removed":0,"changed":0},
        {"part":"target","added":0,"removed":2,"changed":3}],
        "runningNodes":0,"refusedBy":[{"node":"n1","reason":"no room"}],"kept":true,"state":"halted",
        "reason":"Node n1 refused version 42: full","pinnedVersion":null}
        """;

    public const string SnapshotDiff = """
        {"from":41,"to":42,"additive":false,"counts":[{"part":"vip","added":1,"removed":0,"changed":0}],
        "changes":[{"part":"vip","change":"added","name":"198.18.0.9 of lb-1"}]}
        """;

    public const string Node = """
        {"name":"node-a1","cell":"a1","address":"10.1.0.11","snatAddresses":["100.64.0.1","100.64.0.2"],
        "probeAddress":"100.64.1.1","draining":false,"runningVersion":7,"wantedVersion":8,"refusal":null,
        "lastSeenAt":"2026-03-01T10:20:30Z","peers":[{"address":"10.1.0.1","state":"Established","prefixesSent":4,
        "lastError":null}],"announced":["198.18.0.0/26"],"counters":{"forwarded":18446744073709551615}}
        """;
}
