using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Output;

/// <summary>What people and scripts see, to the last character.</summary>
public class GoldenTests
{
    [Fact]
    public async Task A_list_of_load_balancers_is_a_table_of_one_line_each()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(
            Sample.LoadBalancer(), Sample.LoadBalancer("pending", "a-longer-name", "lb-22", operating: "no_targets")));

        await Expect(api, "nlb list", """
            NAME           ID     STATUS   HEALTH      ADDRESSES                   CREATED
            web            lb-1   active   healthy     a=198.18.0.1 b=198.18.16.1  2026-03-01 10:20:30
            a-longer-name  lb-22  pending  no_targets  a=198.18.0.1 b=198.18.16.1  2026-03-01 10:20:30

            """);
    }

    [Fact]
    public async Task One_load_balancer_is_shown_with_zones_and_conditions()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()));

        await Expect(api, "nlb get web", """
            Name:        web
            Id:          lb-1
            Scheme:      internet-facing
            Status:      active
            Health:      healthy
            Generation:  1 (in force: 1, on all nodes)
            Tags:        team=shop
            Created:     2026-03-01 10:20:30
            Zones:
              ZONE  ADDRESS      ELASTIC-IP  CELL  SHARD
              a     198.18.0.1   eip-1       a1    3
              b     198.18.16.1  -           b1    9
            Conditions:
              CONDITION        HOLDS  ZONE  NODE     REASON   MESSAGE
              SnapshotApplied  true   a     node-a1  Running  runs version 7

            """);
    }

    [Fact]
    public async Task Elastic_ips_and_address_pools_have_their_tables()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/elastic-ips", StubAnswer.List(
                Sample.ElasticIp, """{"id":"eip-2","name":null,"zone":"b","address":"2001:db8::9"}"""))
            .On("GET /v1/address-pools", StubAnswer.List(Sample.AddressPool));

        await Expect(api, "elastic-ip list", """
            NAME   ID     ZONE  ADDRESS      USED BY  CREATED
            front  eip-1  a     203.0.113.9  lb-1     2026-03-01 10:20:30
            -      eip-2  b     2001:db8::9  -        -

            """);
        await Expect(api, "elastic-ip get front", """
            Name:     front
            Id:       eip-1
            Zone:     a
            Address:  203.0.113.9
            Used by:  lb-1
            Created:  2026-03-01 10:20:30
            Tags:
              TAG   VALUE
              team  shop

            """);
        await Expect(api, "address-pool get public-a", """
            NAME      ZONE  PREFIX          KIND     USED
            public-a  a     203.0.113.0/24  elastic  3

            """);
    }

    [Fact]
    public async Task Json_is_what_the_api_wrote_only_indented()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(
            """
            {"status":{"provisioning":"active"},"name":"web","id":"lb-1","big":18446744073709551615,"exact":1.10,
            "unknown":[null,true,{}],"text":"é <&> \u001b[31m"}
            """));

        await Expect(api, "nlb get web -o json", """
            {
              "status": {
                "provisioning": "active"
              },
              "name": "web",
              "id": "lb-1",
              "big": 18446744073709551615,
              "exact": 1.10,
              "unknown": [
                null,
                true,
                {}
              ],
              "text": "é <&> \u001B[31m"
            }

            """);
    }

    [Fact]
    public async Task Yaml_has_the_same_content()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(
            """
            {"status":{"provisioning":"active"},"name":"web","id":"lb-1","port":80,"quoted":["80","true","a: b",""],
            "unknown":[null,true,{},[]]}
            """));

        await Expect(api, "nlb list -o yaml", """
            items:
              - status:
                  provisioning: active
                name: web
                id: lb-1
                port: 80
                quoted:
                  - "80"
                  - "true"
                  - "a: b"
                  - ""
                unknown:
                  - null
                  - true
                  - {}
                  - []
            nextPageToken: null

            """);
    }

    [Fact]
    public async Task One_target_is_shown_with_what_each_node_found()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/target-groups", StubAnswer.List(Sample.TargetGroup))
            .On("GET /v1/target-groups/tg-1/targets", StubAnswer.List(
                Sample.Target("unhealthy", reason: "Target.Timeout")))
            .On("GET /v1/target-groups/tg-1/targets/target-10.0.0.1", StubAnswer.Json(200, Sample.CheckedTarget));

        foreach (string target in new[] { "10.0.0.1:8080", "10.0.0.1", "target-10.0.0.1" })
            await Expect(api, $"target get servers {target}", """
                Target:  10.0.0.1:8080
                Id:      target-10.0.0.1
                Zone:    -
                Weight:  1
                State:   unhealthy
                Reason:  Target.Timeout
                Detail:  -
                Checks:
                  NODE     ZONE  FINDS      REASON          SENT         RECEIVED   CHECKED
                  node-a1  a     unhealthy  Target.Timeout  TCP connect  no answer  2026-03-01 10:20:30
                  node-a2  a     healthy    -               -            -          -

                """);
    }

    [Fact]
    public async Task Listeners_target_groups_and_targets_have_their_tables()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On("GET /v1/load-balancers/lb-1/listeners", StubAnswer.List(Sample.Listener()))
            .On("GET /v1/target-groups", StubAnswer.List(Sample.TargetGroup))
            .On("GET /v1/target-groups/tg-1/targets", StubAnswer.List(
                Sample.Target("healthy"), Sample.Target("unhealthy", "10.0.0.12", 80, "Target.Timeout")));

        await Expect(api, "listener list --nlb web", """
            LISTENER  ID          STATUS  HEALTH      TARGET-GROUP  IDLE-TIMEOUT  CREATED
            TCP:80    listener-1  active  no_targets  tg-1          350 s         2026-03-01 10:20:30

            """);
        await Expect(api, "listener get tcp:80 --nlb web", """
            Listener:      TCP:80
            Id:            listener-1
            NLB:           lb-1
            Target group:  tg-1
            Status:        active
            Health:        no_targets
            Idle timeout:  350 s
            Allowed:       10.0.0.0/8, 2001:db8::/32
            Denied:        -
            Created:       2026-03-01 10:20:30

            """);
        await Expect(api, "target-group list", """
            NAME     ID    TARGETS   HEALTH    CHECK                     CREATED
            servers  tg-1  TCP:8080  degraded  HTTP /healthz every 30 s  2026-03-01 10:20:30

            """);
        await Expect(api, "target-group get servers", """
            Name:            servers
            Id:              tg-1
            Targets:         TCP:8080
            Addresses:       -
            Health:          degraded
            Check:           HTTP /healthz every 30 s
            Matcher:         200-399
            Timeout:         6 s
            Thresholds:      healthy after 5, unhealthy after 2
            Deregistration:  300 s
            Tags:            -
            Created:         2026-03-01 10:20:30

            """);
        await Expect(api, "target list servers", """
            TARGET         ZONE  WEIGHT  STATE      REASON          DETAIL
            10.0.0.1:8080  -     1       healthy    -               -
            10.0.0.12:80   b     1       unhealthy  Target.Timeout  -

            """);
    }

    [Fact]
    public async Task What_was_counted_has_its_tables()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On("GET /v1/load-balancers/lb-1/stats", StubAnswer.Json(200, Sample.Stats))
            .On("GET /v1/target-groups", StubAnswer.List(Sample.TargetGroup))
            .On("GET /v1/target-groups/tg-1/stats", StubAnswer.Json(200, Sample.TargetStats));
        await Expect(api, "nlb stats web", """
            At:  2026-03-01 10:20:30
            All:
              NEW FLOWS  ACTIVE  PACKETS IN  BYTES IN  PACKETS OUT  BYTES OUT  RESETS
              1          2       3           4         5            6          7/8/9
            Zones:
              ZONE  NODES  NEW FLOWS  ACTIVE  PACKETS IN  BYTES IN  PACKETS OUT  BYTES OUT  RESETS
              a     2      1          2       3           4         5            6          7/8/9
            Listeners:
              LISTENER  NEW FLOWS  ACTIVE  PACKETS IN  BYTES IN  PACKETS OUT  BYTES OUT  RESETS
              TCP:80    1          2       3           4         5            6          7/8/9
            Drops:
              WHERE   REASON       PACKETS
              TCP:80  no_target    12
              TCP:80  not_allowed  3
              zone a  vip_rate     4

            """);
        await Expect(api, "target-group stats servers", """
            At:  2026-03-01 10:20:30
            All:
              NEW FLOWS  ACTIVE  PACKETS IN  BYTES IN  PACKETS OUT  BYTES OUT  RESETS
              1          2       3           4         5            6          7/8/9
            Targets:
              TARGET             STATE     NEW FLOWS  ACTIVE  PACKETS IN  BYTES IN  PACKETS OUT  BYTES OUT  RESETS
              10.0.0.7:80        healthy   1          2       3           4         5            6          7/8/9
              [2001:db8::7]:443  draining  1          2       3           4         5            6          7/8/9

            """);
    }

    [Fact]
    public async Task A_tree_shows_what_is_under_what()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On("GET /v1/load-balancers/lb-1/tree", StubAnswer.Json(200, Sample.Tree));
        await Expect(api, "nlb tree web", """
            Name:  web
            Id:    lb-1
            Tree:
              RESOURCE              STATUS   HEALTH      REASON
              nlb web               active   degraded    -
                TCP:80              active   degraded    -
                  spare=1           active   no_targets  -
                  servers=9         active   degraded    -
                    10.0.0.1:8080   active   healthy     -
                    [fd00::2]:8080  active   unhealthy   Target.Timeout
                TCP:81              pending  no_targets  -
                  spare=1           active   no_targets  -

            """);
    }

    [Fact]
    public async Task An_empty_list_is_a_header_alone()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List());

        await Expect(api, "nlb list", "NAME  ID  STATUS  HEALTH  ADDRESSES  CREATED\n");
    }

    private static async Task Expect(StubApi api, string line, string expected)
    {
        ShellOutcome outcome = await new Shell(api).RunAsync(line);
        Assert.Equal("", outcome.Error);
        Assert.Equal(expected, outcome.Output);
        Assert.Equal(0, outcome.ExitCode);
    }
}
