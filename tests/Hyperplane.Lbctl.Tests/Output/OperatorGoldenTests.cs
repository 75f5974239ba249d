using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Output;

/// <summary>What operators see, to the last character.</summary>
public class OperatorGoldenTests
{
    [Fact]
    public async Task Snapshots_are_listed_shown_and_compared()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/cells/a1/snapshots", StubAnswer.List(Sample.Snapshot))
            .On("GET /v1/cells/a1/snapshots/42", StubAnswer.Json(200, Sample.Snapshot))
            .On("GET /v1/cells/a1/rollout", StubAnswer.Json(200, Sample.Rollout))
            .On("GET /v1/cells/a1/snapshots:diff?from=41", StubAnswer.Json(200, Sample.SnapshotDiff));

        await Expect(api, "admin snapshot list a1", """
            VERSION  MADE                 BYTES  CHANGES               NODES  STATE   REASON
            42       2026-03-01 10:20:30  1234   vip +1, target -2 ~3  0      halted  Node n1 refused version 42: full

            """);
        await Expect(api, "admin snapshot get a1 42", """
            Version:  42
            Made:     2026-03-01 10:20:30
            Bytes:    1234
            Changes:  vip +1, target -2 ~3
            Goes to:  one node after another
            Nodes:    0
            State:    halted
            Reason:   Node n1 refused version 42: full
            Repeats:  -
            Content:  kept
            Refused by:
              NODE  REASON
              n1    no room

            """);
        await Expect(api, "admin snapshot get a1", """
            Cell:       a1
            Wanted:     42
            State:      halted
            Reason:     Node n1 refused version 42: full
            Pinned:     -
            Restored:   -
            Kept VIPs:  198.18.0.9

            """);
        await Expect(api, "admin snapshot diff a1 --from 41", """
            From:        41
            To:          42
            Differs in:  vip +1
            Goes to:     one node after another
            Differences:
              CHANGE  WHAT  NAME
              added   vip   198.18.0.9 of lb-1

            """);
    }

    [Fact]
    public async Task The_operators_resources_have_their_tables()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/tenants", StubAnswer.List(Sample.Tenant))
            .On("GET /v1/tenants/tenant-1/api-keys", StubAnswer.List(Sample.Key))
            .On("GET /v1/tenants/tenant-1/quotas", StubAnswer.List(Sample.Quota))
            .On("GET /v1/events", StubAnswer.List(Sample.Event))
            .On("GET /v1/zones", StubAnswer.List(Sample.Zone))
            .On("GET /v1/cells", StubAnswer.List(Sample.Cell))
            .On("GET /v1/cells/a1/nodes", StubAnswer.List(Sample.Node))
            .On("GET /v1/cells/a1/nodes/node-a1", StubAnswer.Json(200, Sample.Node));

        await Expect(api, "tenant list", """
            NAME  ID        FLOWS/S  PER ADDRESS  PER SOURCE  CREATED
            shop  tenant-1  any      200000       50          2026-03-01 10:20:30

            """);
        await Expect(api, "key list shop", """
            NAME  ID     ROLE   CREATED
            ci    key-1  admin  2026-03-01 10:20:30

            """);
        await Expect(api, "quota list --tenant shop", """
            NAME            VALUE  DEFAULT  USED
            load_balancers  60     50       3

            """);
        await Expect(api, "event list --resource tenant-1", """
            AT                   ACTION          RESOURCE  GENERATION  KEY       REQUEST
            2026-03-01 10:20:30  tenant.created  tenant-1  0           operator  req-1

            """);
        await Expect(api, "zone list", """
            NAME  VIP-POOL       SNAT-POOL      PROBE-POOL     MAX-CELLS
            a     198.18.0.0/20  100.64.0.0/24  100.64.1.0/24  4

            """);
        await Expect(api, "cell list", """
            NAME  ZONE  STATE  SHARD-SIZE  TUNNEL SOURCES  IPV6 TUNNEL SOURCES
            a1    a     ready  2           172.30.0.0/24   -

            """);
        await Expect(api, "node list", """
            NAME     CELL  ADDRESS    STATE  SNAPSHOT  ROUTERS  LAST-SEEN
            node-a1  a1    10.1.0.11  ready  7/8       1/1      2026-03-01 10:20:30

            """);
        await Expect(api, "node get node-a1 --cell a1", """
            Name:         node-a1
            Cell:         a1
            Address:      10.1.0.11
            State:        ready
            Snapshot:     7/8
            Refusal:      -
            Not served:   -
            SNAT:         100.64.0.1 100.64.0.2
            Probes from:  100.64.1.1
            Announces:    198.18.0.0/26
            Last seen:    2026-03-01 10:20:30
            Routers:
              ROUTER    STATE        PREFIXES  LAST-ERROR
              10.1.0.1  Established  4         -
            Counters:
              COUNTER    VALUE
              forwarded  18446744073709551615

            """);
    }

    [Fact]
    public async Task What_is_placed_where_is_shown_with_what_tenants_share()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/placement", StubAnswer.Json(200, Sample.Placement));

        await Expect(api, "admin placement", """
            Load balancers:  3
            Nodes:           2
            Tenants:         3
            Cells:
              ZONE  CELL  STATE     NODES  SHARDS  SHARD-SIZE  LOAD-BALANCERS  TENANTS
              a     a1    ready     2      1       2           3               2
              b     b1    draining  0      0       4           0               0
            Pairs of tenants:
              SHARE-NODES  PAIRS  OF-ALL
              0            2      66.67 %
              1            1      33.33 %
            Pairs that share most:
              TENANTS            SHARED
              tenant-1 tenant-2  1/2

            """);
        await Expect(api, "admin placement --cell a1", """
            Load balancers:  3
            Nodes:           2
            Tenants:         3
            Cells:
              ZONE  CELL  STATE  NODES  SHARDS  SHARD-SIZE  LOAD-BALANCERS  TENANTS
              a     a1    ready  2      1       2           3               2
            Nodes:
              NODE  STATE     SHARDS  LOAD-BALANCERS
              n1    draining  0       0
              n2    ready     1       3
            Shards:
              SHARD  BLOCK          LOAD-BALANCERS  TENANTS  FREE  NODES
              0      198.18.0.0/26  3               2        59    n2 n3
            Pairs of tenants:
              SHARE-NODES  PAIRS  OF-ALL
              0            2      66.67 %
              1            1      33.33 %
            Pairs that share most:
              TENANTS            SHARED
              tenant-1 tenant-2  1/2

            """);
    }

    private static async Task Expect(StubApi api, string line, string expected)
    {
        ShellOutcome outcome = await new Shell(api).RunAsync(line);
        Assert.Equal("", outcome.Error);
        Assert.Equal(expected, outcome.Output);
        Assert.Equal(0, outcome.ExitCode);
    }
}
