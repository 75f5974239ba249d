using System.Text;

namespace Hyperplane.Api.Tests.Requests;

/// <summary>Bytes that are no JSON are answered in our own words, with line and column.</summary>
public sealed class MalformedJsonTests(ApiHostFixture fixture) : IClassFixture<ApiHostFixture>
{
    [Theory]
    [InlineData("", "The body is empty; send a JSON object.")]
    [InlineData(" \r\n\t", "The body is empty; send a JSON object.")]
    [InlineData("{", "The body is not valid JSON at line 1, column 2.")]
    [InlineData("{\n  \"name\": web\n}", "The body is not valid JSON at line 2, column 11.")]
    [InlineData("{} {}", "The body is not valid JSON at line 1, column 4.")]
    [InlineData("{\"name\":\"a\",}", "The body is not valid JSON at line 1, column 13.")]
    [InlineData("{\"port\":080}", "The body is not valid JSON at line 1, column 10.")]
    [InlineData("// no comments\n{}", "The body is not valid JSON at line 1, column 1.")]
    [InlineData("{\n \"name\": \"\\ud800\"}", "The body is not valid JSON at line 2, column 10.")]
    [InlineData("{\"\\udc00\": 1}", "The body is not valid JSON at line 1, column 2.")]
    public async Task Malformed_json_is_told_with_its_place(string body, string detail)
    {
        Answer answer = await fixture.Host.SendAsync("POST", "/v1/load-balancers", body);
        answer.IsProblem(400, "malformed_json");
        Assert.Equal(detail, answer.Detail);
        Assert.Empty(fixture.Host.Store.Writes);
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_told()
    {
        byte[] body = [.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        Answer answer = await fixture.Host.SendAsync("POST", "/v1/load-balancers", body, "shop-key");
        answer.IsProblem(400, "malformed_json");
        Assert.Equal("The body is not UTF-8.", answer.Detail);
    }

    [Fact]
    public async Task Nesting_beyond_the_limit_is_malformed()
    {
        byte[] body = Encoding.UTF8.GetBytes(new string('[', 100_000));
        Answer answer = await fixture.Host.SendAsync("POST", "/v1/load-balancers", body, "shop-key");
        answer.IsProblem(400, "malformed_json");
    }

    [Fact]
    public async Task A_paired_surrogate_escape_is_text()
    {
        Answer answer = await fixture.Host.SendAsync(
            "POST", "/v1/load-balancers",
                """{"name":"pair","zones":[{"zone":"a"}],"tags":{"\ud83d\ude00":"\\ud800 \u00e9"}}""");
        Assert.Equal(202, answer.Status);
        Assert.Equal("\\ud800 é", answer.Body.GetProperty("tags").GetProperty("😀").GetString());
        fixture.Host.Store.Writes.Clear();
    }
}
