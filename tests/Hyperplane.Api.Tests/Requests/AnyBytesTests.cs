using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hyperplane.Api.Cells;
using Hyperplane.Api.Listeners;
using Hyperplane.Api.LoadBalancers;
using Hyperplane.Api.Requests;
using Hyperplane.Api.TargetGroups;
using Hyperplane.Api.Targets;
using Hyperplane.Api.Tenants;

namespace Hyperplane.Api.Tests.Requests;

/// <summary>Any bytes as a body: a usable body or a problem, never an exception and never a 500.</summary>
public sealed class AnyBytesTests(ApiHostFixture fixture) : IClassFixture<ApiHostFixture>
{
    private static readonly string[] Seeds =
    [
        """{"name":"web","zones":[{"zone":"a","address":"198.18.0.9"},{"zone":"b"}],"tags":{"k":"v"}}""",
        """{"protocol":"TCP","port":80,"targetGroupId":"tg-1","idleTimeoutSeconds":350}""",
        """{"name":"g","protocol":"UDP","port":80,"healthCheck":{"protocol":"HTTP","path":"/","matcher":"200-399"}}""",
        """{"targets":[{"address":"10.0.0.7","port":8080,"weight":5},{"address":"10.0.0.8"}]}""",
        """{"vipPool":"198.18.0.0/20","snatPool":"198.19.0.0/24","probePool":"198.19.1.0/24"}""",
        """{"zone":"a"}""",
        """{"address":"10.1.0.11"}""",
        """{"name":"shop"}""",
    ];

    private static readonly string[] Crumbs =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\u0000", "\\ud800", "\\udc00", "null", "true", "1e999", "-0", "1E400",
        "\\", "\u00ff",
        "\"zones\"", "\"name\"", "\"targets\"", "[[[[", "{\"a\":", "99999999999999999999999", "0.1", "\"\"", "💥", "\0",
        "\n",
    ];

    [Fact]
    public void Every_kind_of_body_survives_any_bytes()
    {
        var json = new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        HyperplaneApi.Configure(json);
        var random = new Random(20_240_601);
        int usable = 0;
        for (int round = 0; round < 5_000; round++)
        {
            byte[] body = AnyBody(random);
            usable += Parse<CreateLoadBalancer>(body, json) + Parse<CreateListener>(body, json)
                + Parse<CreateTargetGroup>(body, json) + Parse<RegisterTargets>(body, json)
                + Parse<DeregisterTargets>(body, json) + Parse<CreateNamed>(body, json)
                + Parse<PutZone>(body, json) + Parse<PutCell>(body, json) + Parse<PutNode>(body, json);
        }

        Assert.InRange(usable, 250, 5_000);
    }

    [Fact]
    public async Task Every_endpoint_with_a_body_answers_any_bytes_with_less_than_500()
    {
        (string Method, string Path, string Key)[] endpoints =
        [
            ("POST", "/v1/load-balancers", "shop-key"), ("POST", "/v1/load-balancers/lb-1/listeners", "shop-key"),
            ("POST", "/v1/target-groups", "shop-key"), ("POST", "/v1/target-groups/tg-1/targets", "shop-key"),
            ("POST", "/v1/target-groups/tg-1/targets:deregister", "shop-key"), ("POST", "/v1/tenants", "operator-key"),
            ("POST", "/v1/tenants/shop/api-keys", "operator-key"), ("PUT", "/v1/zones/a", "operator-key"),
            ("PUT", "/v1/cells/a1", "operator-key"), ("PUT", "/v1/cells/a1/nodes/n1", "operator-key"),
        ];
        var random = new Random(7);
        foreach ((string method, string path, string key) in endpoints)
        {
            for (int round = 0; round < 60; round++)
            {
                byte[] body = AnyBody(random);
                Answer answer = await fixture.Host.SendAsync(method, path, body, key);
                Assert.True(answer.Status < 500, $"{method} {path} {answer.Status}: {Convert.ToHexString(body)}");
                if (answer.Status >= 400)
                    answer.IsProblem(answer.Status, answer.Code);
            }
        }
    }

    [Fact]
    public async Task Any_path_and_query_are_answered_with_less_than_500()
    {
        string[] shapes =
        [
            "/v1/load-balancers/{0}", "/v1/load-balancers/lb-1?wait={0}&seen={0}",
                "/v1/load-balancers?pageSize={0}&pageToken={0}&name={0}",
            "/v1/load-balancers/{0}/listeners/{0}", "/v1/target-groups/{0}/targets/{0}", "/v1/{0}", "/v1/zones?{0}",
                "/{0}",
        ];
        var random = new Random(11);
        foreach (string shape in shapes)
        {
            for (int round = 0; round < 60; round++)
            {
                string text = Uri.EscapeDataString(
                    Encoding.Latin1.GetString(AnyBody(random)).Replace("\0", "", StringComparison.Ordinal));
                Answer answer = await fixture.Host.SendAsync(
                    "GET", string.Format(shape, text[..Math.Min(text.Length, 500)].TrimEnd('%')));
                Assert.True(answer.Status < 500, $"{shape} {text}");
            }
        }
    }

    private static int Parse<T>(byte[] body, JsonSerializerOptions json)
        where T : class, IRequestBody => Body<T>.Parse(body, json).Problem is null ? 1 : 0;

    private static byte[] AnyBody(Random random)
    {
        if (random.Next(4) == 0)
        {
            byte[] noise = new byte[random.Next(64)];
            random.NextBytes(noise);
            return noise;
        }

        var body = new List<byte>(Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]));
        for (int cuts = random.Next(4); cuts > 0; cuts--)
        {
            int at = random.Next(body.Count + 1);
            body.RemoveRange(at, Math.Min(random.Next(8), body.Count - at));
            body.InsertRange(at, Encoding.UTF8.GetBytes(Crumbs[random.Next(Crumbs.Length)]));
        }

        return [.. body];
    }
}
