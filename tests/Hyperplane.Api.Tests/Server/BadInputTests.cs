using System.Net;
using System.Text;

namespace Hyperplane.Api.Tests.Server;

/// <summary>Bad input against the whole server over PostgreSQL: a precise problem, and nothing half-created.</summary>
public sealed class BadInputTests(RegionFixture region) : IClassFixture<RegionFixture>
{
    private const string Lbs = "POST /v1/load-balancers";
    private const string Listeners = "POST /v1/load-balancers/{shop-lb}/listeners";
    private const string Groups = "POST /v1/target-groups";
    private const string Targets = "POST /v1/target-groups/{shop-tg}/targets";

    /// <summary>
    /// Who, method and path, body, status, code, then "pointer code" of each error in the order of pointers.
    /// </summary>
    public static TheoryData<string, string, string?, int, string, string[]> Requests => new()
    {
        // Zones and addresses.
        { "shop", Lbs, """{"name":"new","zones":[{"zone":"a"},{"zone":"nowhere"}]}""", 400, "unknown_zone",
            ["/zones/1/zone unknown_zone"] },
        { "shop", Lbs, """{"name":"new","zones":[{"zone":"x"},{"zone":"y"}]}""", 400, "unknown_zone",
            ["/zones/0/zone unknown_zone", "/zones/1/zone unknown_zone"] },
        { "shop", Lbs, """{"name":"new","zones":[{"zone":"a"},{"zone":"a"}]}""", 400, "zone_repeated",
            ["/zones/1/zone zone_repeated"] },
        { "shop", Lbs, """{"name":"new","zones":[]}""", 400, "invalid_value", ["/zones invalid_value"] },
        { "shop", Lbs, """{"name":"new","zones":[{"zone":"a","address":"198.18.16.1"}]}""", 400, "address_outside_pool",
            ["/zones/0/address address_outside_pool"] },
        { "bank", Lbs, """{"name":"new","zones":[{"zone":"b"},{"zone":"a","address":"{vip}"}]}""", 409,
            "address_in_use",
            ["/zones/1/address address_in_use"] },
        { "shop", Lbs, """{"name":"new","zones":[{"zone":"empty"}]}""", 503, "no_cell", ["/zones/0/zone no_cell"] },

        // Names in use with other settings.
        { "shop", Lbs, """{"name":"web","zones":[{"zone":"a"}]}""", 409, "name_in_use", ["/name name_in_use"] },
        { "shop", Lbs, """{"name":"web","zones":[{"zone":"a"},{"zone":"b"}],"tags":{"t":"2"}}""", 409, "name_in_use",
            ["/name name_in_use"] },
        { "shop", Groups, """{"name":"web","protocol":"TCP","port":8081}""", 409, "name_in_use",
            ["/name name_in_use"] },

        // Listeners.
        { "shop", Listeners, """{"protocol":"TCP","port":0,"targetGroupId":"{shop-tg}"}""", 400, "invalid_value",
            ["/port invalid_value"] },
        { "shop", Listeners, """{"protocol":"TCP","port":65536,"targetGroupId":"{shop-tg}"}""", 400, "invalid_value",
            ["/port invalid_value"] },
        { "shop", Listeners, """{"protocol":"TCP","port":80,"targetGroupId":"{shop-tg}","idleTimeoutSeconds":60}""",
            409,
            "listener_in_use", ["/port listener_in_use"] },
        { "shop", Listeners, """{"protocol":"TCP","port":81,"targetGroupId":"tg-none"}""", 400, "unknown_target_group",
            ["/targetGroupId unknown_target_group"] },
        { "shop", Listeners, """{"protocol":"TCP","port":81,"targetGroupId":"{bank-tg}"}""", 400,
            "unknown_target_group",
            ["/targetGroupId unknown_target_group"] },
        { "shop", Listeners, """{"protocol":"TCP","port":81,"targetGroupId":"{shop-dns}"}""", 400, "protocol_mismatch",
            ["/targetGroupId protocol_mismatch"] },

        { "shop", Listeners,
            """
            {"protocol":"TCP","port":81,"targetGroupId":"{shop-tg}","allowedCidrs":["10.0.0.1/8","::/0"],
             "deniedCidrs":["10.0.0.0/8","nobody"]}
            """,
            400, "invalid_value", ["/allowedCidrs/0 invalid_value", "/deniedCidrs/1 invalid_value"] },

        // Targets.
        { "shop", Targets, """{"targets":[]}""", 400, "no_targets", ["/targets no_targets"] },
        { "shop", Targets, """{"targets":[{"address":"10.0.0.9","zone":"a"},{"address":"10.0.0.10","zone":"x"}]}""",
            400, "unknown_zone", ["/targets/1/zone unknown_zone"] },
        { "shop", Targets, """{"targets":[{"address":"10.0.0.9"},{"address":"10.0.0.10","port":65536}]}""", 400,
            "invalid_value", ["/targets/1/port invalid_value"] },
        { "shop", Targets, """{"targets":[{"address":"10.0.0.9"},{"address":"{vip}"}]}""", 400, "invalid_value",
            ["/targets/1/address invalid_value"] },
        { "shop", Targets, """{"targets":[{"address":"10.0.0.9"},{"address":"10.0.0.9","port":8080}]}""", 400,
            "invalid_value", ["/targets/1 invalid_value"] },
        { "shop", "POST /v1/target-groups/{shop-tg}/targets:deregister", """{"targets":[]}""", 400, "no_targets",
            ["/targets no_targets"] },

        // JSON.
        { "shop", Lbs, """{"name":"new","zones":[{"zone":"a"}],"color":"red"}""", 400, "unknown_member",
            ["/color unknown_member"] },
        { "shop", Lbs, """{"name":"new","zones":[{"zone":"a"}""", 400, "malformed_json", [] },
        { "shop", Groups, """{"name":"new","protocol":"TCP","port":0,"colour":1}""", 400, "invalid_value",
            ["/colour unknown_member", "/port invalid_value"] },

        // In use.
        { "shop", "DELETE /v1/target-groups/{shop-tg}", null, 409, "resource_in_use", [] },
        { "operator", "DELETE /v1/tenants/{shop}", null, 409, "resource_in_use", [] },

        // Keys.
        { "nobody", Lbs, """{"name":"new","zones":[{"zone":"a"}]}""", 401, "unauthenticated", [] },
        { "stranger", Lbs, """{"name":"new","zones":[{"zone":"a"}]}""", 401, "unauthenticated", [] },
        { "operator", Lbs, """{"name":"new","zones":[{"zone":"a"}]}""", 403, "forbidden", [] },
        { "shop", "POST /v1/tenants", """{"name":"mine"}""", 403, "forbidden", [] },

        // Another tenant's ids.
        { "bank", "GET /v1/load-balancers/{shop-lb}", null, 404, "not_found", [] },
        { "bank", "DELETE /v1/load-balancers/{shop-lb}", null, 404, "not_found", [] },
        { "bank", "GET /v1/load-balancers/{shop-lb}?wait=30", null, 404, "not_found", [] },
        { "bank", "GET /v1/load-balancers/{shop-lb}/listeners", null, 404, "not_found", [] },
        { "bank", Listeners, """{"protocol":"TCP","port":81,"targetGroupId":"{bank-tg}"}""", 404, "not_found", [] },
        { "bank", "GET /v1/load-balancers/{shop-lb}/listeners/{shop-listener}", null, 404, "not_found", [] },
        { "bank", "DELETE /v1/load-balancers/{shop-lb}/listeners/{shop-listener}", null, 404, "not_found", [] },
        { "bank", "DELETE /v1/load-balancers/{bank-lb}/listeners/{shop-listener}", null, 404, "not_found", [] },
        { "bank", "GET /v1/target-groups/{shop-tg}", null, 404, "not_found", [] },
        { "bank", "DELETE /v1/target-groups/{shop-tg}", null, 404, "not_found", [] },
        { "bank", "GET /v1/target-groups/{shop-tg}/targets", null, 404, "not_found", [] },
        { "bank", "GET /v1/target-groups/{shop-tg}/targets/{shop-target}", null, 404, "not_found", [] },
        { "bank", "GET /v1/target-groups/{bank-tg}/targets/{shop-target}", null, 404, "not_found", [] },
        { "bank", Targets, """{"targets":[{"address":"10.0.0.9"}]}""", 404, "not_found", [] },
        { "bank", "POST /v1/target-groups/{shop-tg}/targets:deregister", """{"targets":[{"address":"10.0.0.7"}]}""",
            404,
            "not_found", [] },

        // The operator's.
        { "operator", "PUT /v1/zones/a",
            """{"vipPool":"198.18.1.0/24","snatPool":"198.19.0.0/24","probePool":"198.19.1.0/24"}""", 409,
                "name_in_use",
            [] },
        { "operator", "PUT /v1/cells/a1", """{"zone":"b"}""", 409, "name_in_use", [] },
        { "operator", "PUT /v1/cells/x1", """{"zone":"x"}""", 400, "unknown_zone", ["/zone unknown_zone"] },
        { "operator", "PUT /v1/cells/none/nodes/n1", """{"address":"10.9.0.1"}""", 404, "not_found", [] },
        { "operator", "GET /v1/cells/none/nodes", null, 404, "not_found", [] },
        { "operator", "POST /v1/cells/a1/nodes/none:drain", null, 404, "not_found", [] },
        { "operator", "DELETE /v1/cells/a1/nodes/none", null, 404, "not_found", [] },
        { "operator", "POST /v1/tenants/tenant-none/api-keys", """{"name":"k"}""", 404, "not_found", [] },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_bad_request_is_refused_precisely_and_changes_nothing(
        string who, string request, string? body, int status, string code, string[] errors)
    {
        string before = await region.EverythingAsync();
        string[] parts = request.Split(' ');
        Answer answer = await region.SendAsync(who, parts[0], parts[1], body);
        answer.IsProblem(status, code);
        Assert.Equal(errors, answer.Errors);
        Assert.Equal(before, await region.EverythingAsync());
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_and_changes_nothing()
    {
        string before = await region.EverythingAsync();
        string body = """{"name":"new","zones":[{"zone":"a"}]}""".PadRight((1024 * 1024) + 1);
        (await region.SendAsync("shop", "POST", "/v1/load-balancers", body)).IsProblem(413, "body_too_large");
        Assert.Equal(before, await region.EverythingAsync());
    }

    [Fact]
    public async Task A_create_that_fails_in_one_zone_takes_no_address_in_the_other()
    {
        await region.SendAsync(
            "shop", "POST", "/v1/load-balancers", """{"name":"half","zones":[{"zone":"a"},{"zone":"x"}]}""");
        Answer whole = await region.SendAsync(
            "shop", "POST", "/v1/load-balancers", """{"name":"half","zones":[{"zone":"a"}]}""");
        Assert.Equal(202, whole.Status);
        string address = whole.Body.GetProperty("zones")[0].GetProperty("address").GetString()!;
        Assert.True(IPAddress.TryParse(address, out _));
        await region.SendAsync("shop", "DELETE", whole.Headers["Location"]);
    }

    [Fact]
    public async Task Any_bytes_to_the_whole_server_are_answered_with_less_than_500()
    {
        string[] crumbs = ["\\u0000", "\\ud83d\\ude00", "\\n", "null", "99999999999", "-", "\"", "}", "{", "é",
            "'; drop table x"];
        string[] requests = [Lbs, Listeners, Groups, Targets, "POST /v1/target-groups/{shop-dns}/targets:deregister"];
        string[] bodies =
        [
            """{"name":"web","zones":[{"zone":"a"}],"tags":{"key":"value"}}""",
            """{"protocol":"TCP","port":80,"targetGroupId":"tg-x"}""",
            """{"name":"web","protocol":"TCP","port":80,"healthCheck":{"protocol":"HTTP","path":"/"}}""",
            """{"targets":[{"address":"10.0.0.0","weight":1}]}""",
        ];
        var random = new Random(3);
        for (int round = 0; round < 400; round++)
        {
            var body = new StringBuilder(bodies[random.Next(bodies.Length)]);
            for (int cuts = random.Next(3); cuts >= 0; cuts--)
                body.Insert(random.Next(body.Length), crumbs[random.Next(crumbs.Length)]);
            string[] parts = requests[random.Next(requests.Length)].Split(' ');
            Answer answer = await region.SendAsync("bank", parts[0], parts[1].Replace("shop", "bank"), body.ToString());
            Assert.True(answer.Status < 500, $"{answer.Status} {parts[1]} {body}");
        }
    }
}
