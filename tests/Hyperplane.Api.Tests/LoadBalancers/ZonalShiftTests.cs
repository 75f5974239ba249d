namespace Hyperplane.Api.Tests.LoadBalancers;

public sealed class ZonalShiftTests
{
    private const string Web = """{"name":"web","zones":[{"zone":"a"},{"zone":"b"}]}""";

    [Fact]
    public async Task A_shift_is_202_with_its_zone_and_end_and_is_cancelled()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", "/v1/load-balancers", Web);
        Answer shifted = await host.SendAsync(
            "POST", "/v1/load-balancers/lb-web:shift", """{"zone":"a","expiresIn":3600,"comment":"power work"}""");
        Assert.Equal(202, shifted.Status);
        Assert.Equal(
            """{"zone":"a","expiresAt":"2025-01-02T04:04:05+00:00","comment":"power work"}""",
            shifted.Body.GetProperty("zonalShift").GetRawText());
        Assert.Equal(
            [true, false],
            shifted.Body.GetProperty("zones").EnumerateArray()
                .Select(zone => zone.GetProperty("shifted").GetBoolean()));
        Answer back = await host.SendAsync("POST", "/v1/load-balancers/lb-web:cancel-shift");
        Assert.Equal(
            (202, System.Text.Json.JsonValueKind.Null), (back.Status, back.Body.GetProperty("zonalShift").ValueKind));
    }

    [Theory]
    [InlineData("""{"expiresIn":3600}""", "/zone", "missing_member")]
    [InlineData("""{"zone":"a"}""", "/expiresIn", "missing_member")]
    [InlineData("""{"zone":"a","expiresIn":59}""", "/expiresIn", "invalid_value")]
    [InlineData("""{"zone":"a","expiresIn":259201}""", "/expiresIn", "invalid_value")]
    [InlineData("""{"zone":"A","expiresIn":60}""", "/zone", "invalid_value")]
    [InlineData("""{"zone":"a","expiresIn":60,"comment":"line\nend"}""", "/comment", "invalid_value")]
    [InlineData("""{"zone":"a","expiresIn":60,"until":1}""", "/until", "unknown_member")]
    public async Task What_is_wrong_is_told_with_its_place(string body, string pointer, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync("POST", "/v1/load-balancers/lb-web:shift", body);
        Assert.Equal((400, code), (answer.Status, answer.Body.GetProperty("code").GetString()));
        Assert.Equal(pointer, answer.Body.GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.Empty(host.Store.Writes);
    }
}
