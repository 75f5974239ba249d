using System.Text.Json;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Commands;

/// <summary>What commands that are about addresses ask of the API.</summary>
public class AddressRequestTests
{
    [Fact]
    public async Task An_internal_load_balancer_and_one_with_elastic_ips_are_asked_for()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/load-balancers", StubAnswer.Json(202, Sample.LoadBalancer()))
            .On("GET /v1/elastic-ips", StubAnswer.List(Sample.ElasticIp));

        ShellOutcome inside = await new Shell(api).RunAsync("nlb create web --zones a --scheme internal --no-wait");
        string first = api.Requests[^1].Body;
        ShellOutcome elastic = await new Shell(api).RunAsync(
            "nlb create web --zones a,b --elastic-ip a=front --ipv6-elastic-ip b=eip-7 --no-wait");
        ShellOutcome stray = await new Shell(api).RunAsync("nlb create web --zones a --elastic-ip b=front");

        Assert.Equal((0, 0, 2), (inside.ExitCode, elastic.ExitCode, stray.ExitCode));
        AssertJson("""{"name":"web","zones":[{"zone":"a"}],"scheme":"internal"}""", first);
        AssertJson(
            """{"name":"web","zones":[{"zone":"a","elasticIp":"eip-1"},{"zone":"b","ipv6ElasticIp":"eip-7"}]}""",
            api.Requests[^1].Body);
    }

    [Theory]
    [InlineData(
        "nlb modify web --zone a --zone b --elastic-ip b=front --ip-address-type dualstack",
        "PATCH /v1/load-balancers/lb-1",
        """{"zones":[{"zone":"a"},{"zone":"b","elasticIp":"eip-1"}],"ipAddressType":"dualstack"}""")]
    [InlineData(
        "nlb modify web --zone a,b --address b=198.18.16.9",
        "PATCH /v1/load-balancers/lb-1",
        """{"zones":[{"zone":"a"},{"zone":"b","address":"198.18.16.9"}]}""")]
    [InlineData(
        "elastic-ip modify front --tag a=b --untag c",
        "PATCH /v1/elastic-ips/eip-1",
        """{"tags":{"a":"b","c":null}}""")]
    [InlineData(
        "elastic-ip create --zone a --name front --address 203.0.113.9 --ip-address-type ipv4 --tag team=shop",
        "POST /v1/elastic-ips",
        """
        {"zone":"a","name":"front","address":"203.0.113.9","ipAddressType":"ipv4","tags":{"team":"shop"}}
        """)]
    [InlineData(
        "address-pool create public-a --zone a --prefix 203.0.113.0/24 --kind elastic",
        "PUT /v1/address-pools/public-a",
        """{"zone":"a","prefix":"203.0.113.0/24","kind":"elastic"}""")]
    [InlineData("elastic-ip delete front", "DELETE /v1/elastic-ips/eip-1", "")]
    [InlineData("delete-address-pool public-a", "DELETE /v1/address-pools/public-a", "")]
    public async Task A_command_sends_one_write(string line, string expected, string body)
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On("GET /v1/elastic-ips", StubAnswer.List(Sample.ElasticIp))
            .On("GET /v1/address-pools", StubAnswer.List(Sample.AddressPool))
            .On("PATCH /v1/load-balancers/lb-1", StubAnswer.Json(202, Sample.LoadBalancer()))
            .On("PATCH /v1/elastic-ips/eip-1", StubAnswer.Json(200, Sample.ElasticIp))
            .On("POST /v1/elastic-ips", StubAnswer.Json(201, Sample.ElasticIp))
            .On("PUT /v1/address-pools/public-a", StubAnswer.Json(201, Sample.AddressPool))
            .On("DELETE /v1/elastic-ips/eip-1", StubAnswer.Json(200, Sample.ElasticIp))
            .On("DELETE /v1/address-pools/public-a", StubAnswer.Empty(204));

        ShellOutcome outcome = await new Shell(api).RunAsync(line);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        StubRequest write =
            Assert.Single(api.Requests, request => !request.Line.StartsWith("GET", StringComparison.Ordinal));
        Assert.Equal(expected, write.Line);
        if (body == "")
            Assert.Equal("", write.Body);
        else
            AssertJson(body, write.Body);
    }

    private static void AssertJson(string expected, string actual)
    {
        using JsonDocument wanted = JsonDocument.Parse(expected);
        using JsonDocument seen = JsonDocument.Parse(actual);
        Assert.True(JsonElement.DeepEquals(wanted.RootElement, seen.RootElement), actual);
    }
}
