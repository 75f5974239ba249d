namespace Hyperplane.Api.Tests.Requests;

/// <summary>What cannot be is told all at once, with places and codes, and changes nothing.</summary>
public sealed class BadBodyTests(ApiHostFixture fixture) : IClassFixture<ApiHostFixture>
{
    private const string LoadBalancers = "/v1/load-balancers";
    private const string Listeners = "/v1/load-balancers/lb-1/listeners";
    private const string Groups = "/v1/target-groups";
    private const string Targets = "/v1/target-groups/tg-1/targets";
    private const string Deregister = "/v1/target-groups/tg-1/targets:deregister";

    /// <summary>Path, body, code, then "pointer code" of each error in the order of the pointers.</summary>
    public static TheoryData<string, string, string, string[]> Bodies => new()
    {
        { LoadBalancers, "{}", "missing_member", ["/name missing_member", "/zones missing_member"] },
        { LoadBalancers, """{"name":null,"zones":null}""", "missing_member",
            ["/name missing_member", "/zones missing_member"] },
        { LoadBalancers, """{"name":"web","zones":[]}""", "invalid_value", ["/zones invalid_value"] },
        { LoadBalancers, Zones("""{"zone":"a"},{"zone":"b"},{"zone":"a"}"""), "zone_repeated",
            ["/zones/2/zone zone_repeated"] },
        { LoadBalancers, Zones("""{"zone":"A"}"""), "invalid_value", ["/zones/0/zone invalid_value"] },
        { LoadBalancers, Zones("""{"zone":""}"""), "invalid_value", ["/zones/0/zone invalid_value"] },
        { LoadBalancers, Zones("{}"), "missing_member", ["/zones/0/zone missing_member"] },
        { LoadBalancers, Zones("null"), "invalid_value", ["/zones/0 invalid_value"] },
        { LoadBalancers, Zones("\"a\""), "invalid_value", ["/zones/0 invalid_value"] },
        { LoadBalancers, Zones("""{"zone":"a","address":"10.0.0.256"}"""), "invalid_value",
            ["/zones/0/address invalid_value"] },
        { LoadBalancers, Zones("""{"zone":"a","address":"::1"}"""), "invalid_value",
            ["/zones/0/address invalid_value"] },
        { LoadBalancers, Zones("""{"zone":"a","ipv6Address":"198.18.0.1"}"""), "invalid_value",
            ["/zones/0/ipv6Address invalid_value"] },
        { LoadBalancers, Zones("""{"zone":"a","ipv6Address":"fe80::1"}"""), "invalid_value",
            ["/zones/0/ipv6Address invalid_value"] },
        { LoadBalancers, """{"name":"web","zones":{"zone":"a"}}""", "invalid_value", ["/zones invalid_value"] },
        { LoadBalancers, """{"name":7,"zones":[{"zone":"a"}]}""", "invalid_value", ["/name invalid_value"] },
        { LoadBalancers, Named(""), "invalid_value", ["/name invalid_value"] },
        { LoadBalancers, Named("-web"), "invalid_value", ["/name invalid_value"] },
        { LoadBalancers, Named("web-"), "invalid_value", ["/name invalid_value"] },
        { LoadBalancers, Named("we_b"), "invalid_value", ["/name invalid_value"] },
        { LoadBalancers, Named("web\\n"), "invalid_value", ["/name invalid_value"] },
        { LoadBalancers, Named(new string('w', 33)), "invalid_value", ["/name invalid_value"] },
        { LoadBalancers, """{"name":"web","zones":[{"zone":"a"}],"Name":"web"}""", "unknown_member",
            ["/Name unknown_member"] },
        { LoadBalancers, """{"name":"web","zones":[{"zone":"a"}],"a/b~c":1}""", "unknown_member",
            ["/a~1b~0c unknown_member"] },
        { LoadBalancers, """{"name":"web","name":"web","zones":[{"zone":"a"}]}""", "invalid_value",
            ["/name invalid_value"] },
        { LoadBalancers, """{"name":"web","zones":[{"zone":"a"}],"tags":{"k":1,"":"v","l\u0000":"v","m":"\u0007"}}""",
          "invalid_value",
              ["/tags/ invalid_value", "/tags/k invalid_value", "/tags/l\0 invalid_value", "/tags/m invalid_value"] },
        { LoadBalancers, $$$"""{"name":"web","zones":[{"zone":"a"}],"tags":{{{Tags(51)}}}}""", "invalid_value",
            ["/tags invalid_value"] },
        { LoadBalancers, """{"name":"web!","zones":[{"zone":"a","adress":"10.0.0.1"}],"color":"red"}""",
            "invalid_value",
          ["/color unknown_member", "/name invalid_value", "/zones/0/adress unknown_member"] },
        { LoadBalancers, "[]", "invalid_value", [" invalid_value"] },
        { LoadBalancers, "null", "invalid_value", [" invalid_value"] },
        { LoadBalancers, "\"web\"", "invalid_value", [" invalid_value"] },

        { Listeners, "{}", "missing_member",
            ["/port missing_member", "/protocol missing_member", "/targetGroupId missing_member"] },
        { Listeners, Listener("0"), "invalid_value", ["/port invalid_value"] },
        { Listeners, Listener("65536"), "invalid_value", ["/port invalid_value"] },
        { Listeners, Listener("-1"), "invalid_value", ["/port invalid_value"] },
        { Listeners, Listener("99999999999999999999"), "invalid_value", ["/port invalid_value"] },
        { Listeners, Listener("1e999"), "invalid_value", ["/port invalid_value"] },
        { Listeners, Listener("80.5"), "invalid_value", ["/port invalid_value"] },
        { Listeners, Listener("\"80\""), "invalid_value", ["/port invalid_value"] },
        { Listeners, Listener("true"), "invalid_value", ["/port invalid_value"] },
        { Listeners, """{"protocol":"tcp","port":80,"targetGroupId":"tg-1"}""", "invalid_value",
            ["/protocol invalid_value"] },
        { Listeners, """{"protocol":6,"port":80,"targetGroupId":"tg-1"}""", "invalid_value",
            ["/protocol invalid_value"] },
        { Listeners, """{"protocol":"TCP","port":80,"targetGroupId":""}""", "invalid_value",
            ["/targetGroupId invalid_value"] },
        { Listeners, """{"protocol":"TCP","port":80,"targetGroupId":"tg-1","idleTimeoutSeconds":59}""", "invalid_value",
          ["/idleTimeoutSeconds invalid_value"] },
        { Listeners, """{"protocol":"TCP","port":80,"targetGroupId":"tg-1","idleTimeoutSeconds":6001}""",
            "invalid_value",
          ["/idleTimeoutSeconds invalid_value"] },
        { Listeners, """{"protocol":"UDP","port":80,"targetGroupId":"tg-1","idleTimeoutSeconds":350}""",
            "invalid_value",
          ["/idleTimeoutSeconds invalid_value"] },

        { Listeners, """{"protocol":"TCP","port":80,"targetGroupId":"tg-1","allowedCidrs":"10.0.0.0/8"}""",
            "invalid_value",
          ["/allowedCidrs invalid_value"] },
        { Listeners, """{"protocol":"TCP","port":80,"targetGroupId":"tg-1","deniedCidrs":["10.0.0.0/8",null,7]}""",
            "invalid_value",
          ["/deniedCidrs/1 invalid_value", "/deniedCidrs/2 invalid_value"] },

        { Groups, "{}", "missing_member",
            ["/name missing_member", "/port missing_member", "/protocol missing_member"] },
        { Groups, Check(
            """{"intervalSeconds":0,"timeoutSeconds":121,"healthyThreshold":1,"unhealthyThreshold":11,"port":0}"""),
          "invalid_value",
          [
              "/healthCheck/healthyThreshold invalid_value", "/healthCheck/intervalSeconds invalid_value",
              "/healthCheck/port invalid_value", "/healthCheck/timeoutSeconds invalid_value",
              "/healthCheck/unhealthyThreshold invalid_value",
          ] },
        { Groups, Check("""{"path":"/","matcher":"200"}"""), "invalid_value",
          ["/healthCheck/matcher invalid_value", "/healthCheck/path invalid_value"] },
        { Groups, Check("""{"protocol":"TCP","path":"/"}"""), "invalid_value", ["/healthCheck/path invalid_value"] },
        { Groups, Check("""{"protocol":"HTTP","path":"healthz"}"""), "invalid_value",
            ["/healthCheck/path invalid_value"] },
        { Groups, Check("""{"protocol":"HTTP","path":"/a b"}"""), "invalid_value",
            ["/healthCheck/path invalid_value"] },
        { Groups, Check("""{"protocol":"HTTP","path":"/\r\nHost: x"}"""), "invalid_value",
            ["/healthCheck/path invalid_value"] },
        { Groups, Check($$"""{"protocol":"HTTP","path":"/{{new string('p', 1024)}}"}"""), "invalid_value",
          ["/healthCheck/path invalid_value"] },
        { Groups, Check("""{"protocol":"HTTP","matcher":"399-200"}"""), "invalid_value",
            ["/healthCheck/matcher invalid_value"] },
        { Groups, Check("""{"protocol":"HTTP","matcher":"200,301"}"""), "invalid_value",
            ["/healthCheck/matcher invalid_value"] },
        { Groups, Check("""{"protocol":"ICMP"}"""), "invalid_value", ["/healthCheck/protocol invalid_value"] },
        { Groups, Check("""{"intervalSeconds":5,"timeoutSeconds":6}"""), "invalid_value",
          ["/healthCheck/timeoutSeconds invalid_value"] },
        { Groups, Check("[]"), "invalid_value", ["/healthCheck invalid_value"] },
        { Groups, """{"name":"g","protocol":"TCP","port":80,"deregistrationDelaySeconds":3601}""", "invalid_value",
          ["/deregistrationDelaySeconds invalid_value"] },

        { Targets, "{}", "missing_member", ["/targets missing_member"] },
        { Targets, """{"targets":[]}""", "no_targets", ["/targets no_targets"] },
        { Targets, Many(1001), "too_many_targets", ["/targets too_many_targets"] },
        { Targets, Target("""{"address":"127.0.0.1"}"""), "invalid_value", ["/targets/0/address invalid_value"] },
        { Targets, Target("""{"address":"0.0.0.0"}"""), "invalid_value", ["/targets/0/address invalid_value"] },
        { Targets, Target("""{"address":"224.0.0.1"}"""), "invalid_value", ["/targets/0/address invalid_value"] },
        { Targets, Target("""{"address":"239.255.255.255"}"""), "invalid_value", ["/targets/0/address invalid_value"] },
        { Targets, Target("""{"address":"240.0.0.1"}"""), "invalid_value", ["/targets/0/address invalid_value"] },
        { Targets, Target("""{"address":"255.255.255.255"}"""), "invalid_value", ["/targets/0/address invalid_value"] },
        { Targets, Target("""{"address":"10.1"}"""), "invalid_value", ["/targets/0/address invalid_value"] },
        { Targets, Target("""{"address":"010.0.0.1"}"""), "invalid_value", ["/targets/0/address invalid_value"] },
        { Targets, Target("""{"address":"10.0.0.1 "}"""), "invalid_value", ["/targets/0/address invalid_value"] },
        { Targets, Target("""{"address":"target.example"}"""), "invalid_value", ["/targets/0/address invalid_value"] },
        { Targets, Target("""{"address":"::1"}"""), "invalid_value", ["/targets/0/address invalid_value"] },
        { Targets, Target("""{"address":"ff02::1"}"""), "invalid_value", ["/targets/0/address invalid_value"] },
        { Targets, Target("""{"address":"fe80::1%eth0"}"""), "invalid_value", ["/targets/0/address invalid_value"] },
        { Targets, Target("""{"address":"[fd00::1]"}"""), "invalid_value", ["/targets/0/address invalid_value"] },
        { Targets, Target("""{"port":80}"""), "missing_member", ["/targets/0/address missing_member"] },
        { Targets, Target("""{"address":"10.0.0.1","port":0,"weight":1000}"""), "invalid_value",
          ["/targets/0/port invalid_value", "/targets/0/weight invalid_value"] },
        { Targets, Target("""{"address":"10.0.0.1","weight":-1}"""), "invalid_value",
            ["/targets/0/weight invalid_value"] },
        { Targets, Target("""{"address":"10.0.0.1","zone":"Zone A"}"""), "invalid_value",
            ["/targets/0/zone invalid_value"] },
        { Targets,
            Target("""{"address":"10.0.0.1","port":80},{"address":"10.0.0.1"},{"address":"10.0.0.1","port":80}"""),
          "invalid_value", ["/targets/2 invalid_value"] },
        { Deregister, """{"targets":[]}""", "no_targets", ["/targets no_targets"] },
        { Deregister, """{"targets":[{"address":"10.0.0.1","weight":1}]}""", "unknown_member",
            ["/targets/0/weight unknown_member"] },
    };

    public static TheoryData<string, string, string, string[]> OperatorBodies => new()
    {
        { "POST /v1/tenants", "{}", "missing_member", ["/name missing_member"] },
        { "POST /v1/tenants", """{"name":"no spaces"}""", "invalid_value", ["/name invalid_value"] },
        { "POST /v1/tenants/shop/api-keys", """{"name":"k","secret":"mine"}""", "unknown_member",
            ["/secret unknown_member"] },
        { "PUT /v1/zones/a", "{}", "missing_member",
          ["/probePool missing_member", "/snatPool missing_member", "/vipPool missing_member"] },
        { "PUT /v1/zones/a", """{"vipPool":"198.18.0.1/20","snatPool":"198.19.0.0","probePool":"fd00::/64"}""",
            "invalid_value",
          ["/probePool invalid_value", "/snatPool invalid_value", "/vipPool invalid_value"] },
        { "PUT /v1/zones/a", """{"vipPool":"198.18.0.0/15","snatPool":"198.19.0.0/24","probePool":"198.19.0.0/25"}""",
          "invalid_value", ["/probePool invalid_value", "/snatPool invalid_value"] },
        { "PUT /v1/zones/a", """{"vipPool":"0.0.0.0/0","snatPool":"127.0.0.0/24","probePool":"224.0.0.0/24"}""",
          "invalid_value", ["/probePool invalid_value", "/snatPool invalid_value", "/vipPool invalid_value"] },
        { "PUT /v1/zones/A_B", """{"vipPool":"198.18.0.0/20","snatPool":"198.19.0.0/24","probePool":"198.19.1.0/24"}""",
          "invalid_value", ["path:zone invalid_value"] },
        { "PUT /v1/cells/a1", "{}", "missing_member", ["/zone missing_member"] },
        { "PUT /v1/cells/-a1", """{"zone":"a"}""", "invalid_value", ["path:cell invalid_value"] },
        { "PUT /v1/cells/A1/nodes/N%201", """{"address":"10.0.0.1"}""", "invalid_value",
          ["path:cell invalid_value", "path:node invalid_value"] },
        { "PUT /v1/cells/a1/nodes/n1", """{"address":"127.0.0.1"}""", "invalid_value", ["/address invalid_value"] },
        { "PUT /v1/cells/a1/nodes/n1", """{"address":"10.0.0.1","ipv6Address":"10.0.0.2"}""", "invalid_value",
            ["/ipv6Address invalid_value"] },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public Task Everything_wrong_in_a_tenants_body_is_told_and_nothing_is_changed(
        string path, string body, string code, string[] errors) =>
        IsRefusedAsync("POST", path, body, code, errors, "shop-key");

    [Theory]
    [MemberData(nameof(OperatorBodies))]
    public Task Everything_wrong_in_an_operators_body_is_told_and_nothing_is_changed(
        string request, string body, string code, string[] errors) =>
        IsRefusedAsync(request.Split(' ')[0], request.Split(' ')[1], body, code, errors, "operator-key");

    [Fact]
    public async Task No_more_than_a_hundred_errors_are_told()
    {
        string members = string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"x{i}\":1"));
        Answer answer = await fixture.Host.SendAsync("POST", LoadBalancers, $"{{{members}}}");
        answer.IsProblem(400, "unknown_member");
        Assert.Equal(100, answer.Errors.Length);
    }

    private async Task IsRefusedAsync(string method, string path, string body, string code, string[] errors, string key)
    {
        fixture.Host.Store.Writes.Clear();
        Answer answer = await fixture.Host.SendAsync(method, path, body, key);
        answer.IsProblem(400, code);
        Assert.Equal(errors, answer.Errors);
        Assert.Empty(fixture.Host.Store.Writes);
    }

    private static string Zones(string zones) => $$"""{"name":"web","zones":[{{zones}}]}""";

    private static string Named(string name) => $$"""{"name":"{{name}}","zones":[{"zone":"a"}]}""";

    private static string Listener(string port) => $$"""{"protocol":"TCP","port":{{port}},"targetGroupId":"tg-1"}""";

    private static string Check(string check) =>
        $$"""{"name":"g","protocol":"TCP","port":80,"healthCheck":{{check}}}""";

    private static string Target(string targets) => $$"""{"targets":[{{targets}}]}""";

    private static string Many(int count) =>
        Target(string.Join(
            ',', Enumerable.Range(0, count).Select(i => $$"""{"address":"10.0.{{i / 256}}.{{i % 256}}"}""")));

    private static string Tags(int count) =>
        "{" + string.Join(',', Enumerable.Range(0, count).Select(i => $"\"k{i}\":\"v\"")) + "}";
}
